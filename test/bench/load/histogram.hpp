#pragma once
// Latencies in buckets that are 1/32 of their value wide: constant memory, and percentiles exact
// to 3 %. Used by the workloads; not thread-safe.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace wamp::bench {

class histogram {
public:
  void add(std::uint64_t nanoseconds) {
    ++counts_[bucket(nanoseconds)];
    ++total_;
  }

  void clear() { *this = {}; }

  /// The value that a share of `quantile` (0..1) lies below, in microseconds; 0 when empty.
  double microseconds(double quantile) const {
    auto rank = static_cast<std::uint64_t>(quantile * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (counts_[i] > 0 && seen >= rank)
        return static_cast<double>(lower_bound(i)) / 1000;
    }
    return 0;
  }

private:
  static constexpr int precision = 5; // bits behind the leading one

  static std::size_t bucket(std::uint64_t value) {
    if (value < (1u << precision))
      return value;
    auto shift = std::bit_width(value) - 1 - precision;
    return (static_cast<std::size_t>(shift) << precision) + (value >> shift);
  }

  static std::uint64_t lower_bound(std::size_t index) {
    if (index < (2u << precision))
      return index;
    auto shift = (index >> precision) - 1;
    return (index - (shift << precision)) << shift;
  }

  std::array<std::uint64_t, 64 << precision> counts_{};
  std::uint64_t total_ = 0;
};

} // namespace wamp::bench
