// Ids of global scope: drawn uniformly from 1..2^53 (spec: "IDs").
// Not thread-safe: each actor owns its own. Copies of the default source are independent.
#pragma once

#include <wamp/serialization/ids.hpp>

#include <functional>
#include <random>

namespace wamp {

/// Where 64 random bits come from; an argument, so that tests decide.
using random_source = std::function<std::uint64_t()>;

/// A Mersenne twister seeded by the operating system.
inline random_source default_random_source() {
  std::random_device seed;
  std::seed_seq words{seed(), seed(), seed(), seed()};
  return [engine = std::mt19937_64{words}]() mutable { return engine(); };
}

/// 1..2^53, every id equally likely: 2^53 divides 2^64, so the remainder has no bias.
template <class Id>
Id random_id(const random_source& source) {
  return Id{source() % max_id + 1};
}

} // namespace wamp
