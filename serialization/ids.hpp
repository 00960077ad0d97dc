// WAMP identifiers as distinct types, so that one kind cannot be passed for another.
// Spec: "IDs" (basic profile, building blocks): integers 1..2^53; 0 only in revocations.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace wamp {

inline constexpr std::uint64_t max_id = std::uint64_t{1} << 53;

template <class Tag>
class strong_id {
public:
  constexpr strong_id() = default;
  constexpr explicit strong_id(std::uint64_t value) noexcept : value_(value) {}

  constexpr std::uint64_t value() const noexcept { return value_; }
  constexpr explicit operator bool() const noexcept { return value_ != 0; }
  constexpr auto operator<=>(const strong_id&) const = default; // NOLINT(modernize-use-nullptr)

private:
  std::uint64_t value_ = 0;
};

using session_id = strong_id<struct session_tag>;
using request_id = strong_id<struct request_tag>;
using subscription_id = strong_id<struct subscription_tag>;
using registration_id = strong_id<struct registration_tag>;
using publication_id = strong_id<struct publication_tag>;
/// The request id of an INVOCATION: counted per callee session, by the router.
using invocation_id = strong_id<struct invocation_tag>;

} // namespace wamp

template <class Tag>
struct std::hash<wamp::strong_id<Tag>> {
  std::size_t operator()(wamp::strong_id<Tag> id) const noexcept {
    // Ids are counters or random numbers below 2^54: one multiplication spreads both. The tables
    // look at the low bits, which it makes of the id's low bits alone: so the high ones come in.
    const auto spread = id.value() * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(spread ^ (spread >> 32U));
  }
};
