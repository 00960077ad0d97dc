// Until when something may take: calls, for the dealer that routes them and the client that makes
// them, and logins, for the router. Pure; their owner sets an alarm for the earliest.
// Spec: "Call Timeouts" (advanced profile).
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wamp {

/// A clock that strikes when it is told to.
class alarm_clock {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~alarm_clock() = default;
  virtual time_point now() const = 0;
  /// Strikes once more, after `delay`.
  virtual void set_alarm(std::chrono::milliseconds delay) = 0;
};

template <class Key, class Hash = std::hash<Key>>
class deadlines {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The clock counts nanoseconds: the longest timeouts would not fit, and nobody waits for them.
  static std::chrono::milliseconds longest(std::chrono::milliseconds timeout) {
    return std::min<std::chrono::milliseconds>(timeout, std::chrono::hours{24 * 365 * 100});
  }

  /// Replaces the one that `key` has.
  void set(const Key& key, time_point until) {
    erase(key);
    by_time_.emplace(until, key);
    by_key_.emplace(key, until);
  }

  void erase(const Key& key) {
    auto found = by_key_.find(key);
    if (found == by_key_.end())
      return;
    by_time_.erase({found->second, key});
    by_key_.erase(found);
  }

  bool empty() const noexcept { return by_time_.empty(); }

  /// The earliest.
  std::optional<time_point> next() const {
    return by_time_.empty() ? std::nullopt : std::optional{by_time_.begin()->first};
  }

  /// Takes out those that are over, the earliest first.
  std::vector<Key> take_due(time_point now) {
    std::vector<Key> due;
    while (!by_time_.empty() && by_time_.begin()->first <= now) {
      due.push_back(by_time_.begin()->second);
      erase(due.back());
    }
    return due;
  }

private:
  std::set<std::pair<time_point, Key>> by_time_;
  std::unordered_map<Key, time_point, Hash> by_key_;
};

} // namespace wamp
