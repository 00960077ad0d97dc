// What has been published to some subscriptions, in the order in which it came: in memory, the
// newest events of each. Part of memory_event_store. Pure, not thread-safe.
// Spec: "Event History" (advanced profile).
#pragma once

#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/broker/kept_publication.hpp>

#include <tsl/robin_map.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace wamp {

class event_history {
public:
  /// `max_bytes`: of all histories together.
  explicit event_history(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// From here on, the subscription has a history.
  void open(subscription_id id, const history_bounds& bounds) {
    by_subscription_[id].bounds = bounds;
  }

  /// Keeps the event for those of these subscriptions that have a history.
  void
  add(const kept_publication& what, std::chrono::system_clock::time_point now,
      const std::vector<subscription_id>& subscriptions);

  /// As event_store::find_past().
  std::vector<past_event>
  find(subscription_id id, const history_query& query, const session_info& caller) const;

private:
  struct kept_event {
    std::chrono::sys_time<std::chrono::milliseconds> time;
    std::uint64_t number; ///< counts all events
    kept_publication what;
  };
  struct history {
    history_bounds bounds;
    std::deque<std::shared_ptr<const kept_event>> events = {}; ///< the oldest first
    std::size_t bytes = 0;
  };

  void drop_oldest(history& from);
  history& with_the_oldest();

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t count_ = 0;
  tsl::robin_map<subscription_id, history, std::hash<subscription_id>> by_subscription_;
};

} // namespace wamp
