// What has been published to some subscriptions, in the order in which it came: in memory, the
// newest events of each. Pure, not thread-safe.
// Spec: "Event History" (advanced profile).
#pragma once

#include <wamp/actors/broker/history_query.hpp>
#include <wamp/actors/broker/kept_publication.hpp>
#include <wamp/actors/session/session_info.hpp>

#include <tsl/robin_map.h>

#include <deque>
#include <memory>
#include <vector>

namespace wamp {

/// Of each subscription. An event that two of them share counts for both.
struct history_bounds {
  std::size_t events = 1000;
  std::size_t bytes = std::size_t{4} << 20U;
};

struct past_event {
  std::chrono::sys_time<std::chrono::milliseconds> time; ///< as precise as its timestamp
  publication what;
};

class event_history {
public:
  explicit event_history(history_bounds bounds = {}) : bounds_(bounds) {}

  /// From here on, the subscription has a history.
  void open(subscription_id id) { by_subscription_[id]; }
  void close(subscription_id id) { by_subscription_.erase(id); }

  /// Keeps the event for those of these subscriptions that have a history. What was published to
  /// sessions by their ids is for nobody who comes later, and not kept.
  void
  add(const publication& what, std::chrono::system_clock::time_point now,
      const std::vector<subscription_id>& subscriptions);

  /// The events of a subscription that `caller` would have been sent, were it not for the
  /// publisher's exclusion. An event that a query counts from and that is not there is behind all
  /// and before all others: nothing is found.
  std::vector<past_event>
  find(subscription_id id, const history_query& query, const session_info& caller) const;

private:
  struct kept_event {
    std::chrono::sys_time<std::chrono::milliseconds> time;
    kept_publication what;
  };
  struct history {
    std::deque<std::shared_ptr<const kept_event>> events; ///< the oldest first
    std::size_t bytes = 0;
  };

  void drop_oldest(history& from);

  history_bounds bounds_;
  tsl::robin_map<subscription_id, history, std::hash<subscription_id>> by_subscription_;
};

} // namespace wamp
