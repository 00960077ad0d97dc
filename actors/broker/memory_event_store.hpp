// Events in memory: bounded, and gone with their broker. What is there is found at once.
// Pure, not thread-safe.
#pragma once

#include <wamp/actors/broker/event_history.hpp>
#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/broker/retained_events.hpp>

namespace wamp {

class memory_event_store final : public event_store {
public:
  explicit memory_event_store(const event_store_bounds& bounds = {})
      : retained_(bounds), history_(bounds.history_bytes) {}

  void open_history(subscription_id id, const history_topic& topic) override;
  bool keep(
      const publication& what, const keeping& where, std::chrono::system_clock::time_point now,
      std::function<void(bool is_kept)> done) override;
  void find_retained(
      match_policy match, std::string_view topic, const session_info& subscriber,
      std::function<void(std::vector<publication>)> found) override;
  void find_past(
      subscription_id id, const history_query& query, const session_info& caller,
      std::function<void(past_events)> found) override;

  const retained_events& retained() const noexcept { return retained_; }

private:
  retained_events retained_;
  event_history history_;
};

} // namespace wamp
