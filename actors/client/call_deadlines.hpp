// Until when calls wait for their answers. Pure; the client's core sets one alarm for the earliest.
// Spec: "Call Timeouts" (advanced profile).
#pragma once

#include <wamp/serialization/ids.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wamp {

class call_deadlines {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Replaces the one that the call has.
  void set(request_id call, time_point until) {
    erase(call);
    by_time_.emplace(until, call.value());
    by_call_.emplace(call.value(), until);
  }

  void erase(request_id call) {
    auto found = by_call_.find(call.value());
    if (found == by_call_.end())
      return;
    by_time_.erase({found->second, call.value()});
    by_call_.erase(found);
  }

  /// The earliest.
  std::optional<time_point> next() const {
    return by_time_.empty() ? std::nullopt : std::optional{by_time_.begin()->first};
  }

  /// Takes out those that are over, the earliest first.
  std::vector<request_id> take_due(time_point now) {
    std::vector<request_id> due;
    while (!by_time_.empty() && by_time_.begin()->first <= now) {
      due.emplace_back(by_time_.begin()->second);
      erase(due.back());
    }
    return due;
  }

private:
  std::set<std::pair<time_point, std::uint64_t>> by_time_;
  std::unordered_map<std::uint64_t, time_point> by_call_;
};

} // namespace wamp
