// The timeouts of a dealer's calls. Owned by the dealer; pure, not thread-safe: what time it is,
// and to be called again, is its owner's. Spec: "Call Timeouts" (advanced profile).
#pragma once

#include <wamp/actors/deadlines.hpp>
#include <wamp/actors/dealer/call_terms.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <set>
#include <vector>

namespace wamp {

class call_timer {
public:
  explicit call_timer(alarm_clock& clock) : clock_(clock) {}

  /// Anew, if it has begun already.
  void start(const call_key& call, std::chrono::milliseconds timeout) {
    deadlines_.set(call, clock_.now() + deadlines_.longest(timeout));
    set_alarm();
  }
  void stop(const call_key& call) { deadlines_.erase(call); }

  /// The clock has struck: whose time is over?
  std::vector<call_key> take_due() {
    if (!alarms_.empty())
      alarms_.erase(alarms_.begin());
    auto due = deadlines_.take_due(clock_.now());
    set_alarm();
    return due;
  }

private:
  /// Alarms can not be taken back. With delays that are powers of two, each that is set before the
  /// earliest there is comes in at most half of its time or so: a caller with ever shorter timeouts
  /// makes a few dozen of them wait, no more.
  void set_alarm() {
    const auto next = deadlines_.next();
    if (!next || (!alarms_.empty() && *alarms_.begin() <= *next))
      return; // it will look again
    const auto now = clock_.now();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - now).count();
    const std::chrono::milliseconds delay{
        std::bit_floor(static_cast<std::uint64_t>(std::clamp<std::int64_t>(left, 1, 1 << 16)))};
    alarms_.insert(now + delay);
    clock_.set_alarm(delay);
  }

  struct call_hash {
    std::size_t operator()(const call_key& k) const noexcept {
      return std::hash<session_id>{}(k.caller) ^ std::hash<request_id>{}(k.call) * 3;
    }
  };

  alarm_clock& clock_;
  deadlines<call_key, call_hash> deadlines_;
  std::multiset<alarm_clock::time_point> alarms_; ///< that have not struck
};

} // namespace wamp
