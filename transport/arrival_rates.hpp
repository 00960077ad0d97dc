// How fast addresses come, in memory that does not grow with their number: a token bucket each,
// kept where two hashes of the address lead to. Who shares one of both places with a flood still
// has the other; sharing both takes hundreds of flooding addresses, and happens by chance only.
// Pure; not thread-safe. Used by address_limits.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

class arrival_rates {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// So many in each second, and as many at once.
  explicit arrival_rates(unsigned per_second);

  /// Whether `address` may come now; if not, it does not count.
  bool admit(std::string_view address, time_point now);

private:
  static constexpr std::size_t places = 4096;

  struct bucket {
    double level = 0; ///< arrivals that have not drained away
    time_point at{};  ///< when that was
  };

  double rate_;
  std::string secret_; // so that nobody can choose whom to share a place with
  std::array<std::vector<bucket>, 2> rows_;
};

} // namespace wamp
