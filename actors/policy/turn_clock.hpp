// Time, for what a broker or dealer decides: what it is, and a turn of its actor that comes later.
#pragma once

#include <chrono>
#include <functional>

namespace wamp {

struct turn_clock {
  using time_point = std::chrono::steady_clock::time_point;

  std::function<time_point()> now = [] { return std::chrono::steady_clock::now(); };
  /// Runs `work` after `delay`, unless whoever asked has ended. Empty: there are no later turns.
  std::function<void(std::chrono::milliseconds delay, std::function<void()> work)> after = {};
};

} // namespace wamp
