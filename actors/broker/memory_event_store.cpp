#include <wamp/actors/broker/memory_event_store.hpp>

namespace wamp {

void memory_event_store::open_history(subscription_id id, const history_topic& topic) {
  history_.open(id, topic.bounds);
}

bool memory_event_store::keep(
    const publication& what, const keeping& where, std::chrono::system_clock::time_point now,
    std::function<void(bool is_kept)> done) {
  const kept_publication kept{what};
  if (where.as_retained)
    retained_.add(kept);
  if (!where.histories.empty())
    history_.add(kept, now, where.histories);
  done(true);
  return true;
}

void memory_event_store::find_retained(
    match_policy match, std::string_view topic, const session_info& subscriber,
    std::function<void(std::vector<publication>)> found) {
  found(retained_.find(match, topic, subscriber));
}

void memory_event_store::find_past(
    subscription_id id, const history_query& query, const session_info& caller,
    std::function<void(past_events)> found) {
  found(history_.find(id, query, caller));
}

std::unique_ptr<event_store> default_event_store(const std::function<void()>&) {
  return std::make_unique<memory_event_store>();
}

} // namespace wamp
