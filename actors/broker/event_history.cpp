#include <wamp/actors/broker/audience.hpp>
#include <wamp/actors/broker/event_history.hpp>

#include <algorithm>

namespace wamp {

namespace {

/// The places of a history that a query's publications leave, from `begin` to before `end`.
struct range {
  std::size_t begin;
  std::size_t end;
};

template <class Events>
range range_of(const Events& events, const history_query& query) {
  range result{0, events.size()};
  const auto narrow = [&](const std::optional<publication_id>& id, auto cut) {
    if (!id)
      return;
    const auto found = std::find_if(
        events.begin(), events.end(), [&](auto& e) { return e->what.without_args().id == *id; });
    if (found == events.end())
      result.end = 0;
    else
      cut(static_cast<std::size_t>(found - events.begin()));
  };
  const auto not_before = [&](std::size_t i) { result.begin = std::max(result.begin, i); };
  const auto not_behind = [&](std::size_t i) { result.end = std::min(result.end, i); };
  narrow(query.from_publication, not_before);
  narrow(query.after_publication, [&](std::size_t i) { not_before(i + 1); });
  narrow(query.before_publication, not_behind);
  narrow(query.until_publication, [&](std::size_t i) { not_behind(i + 1); });
  return result;
}

bool is_wanted(const history_query& query, history_query::time time, const std::string& topic) {
  return (!query.from_time || time >= *query.from_time)
         && (!query.after_time || time > *query.after_time)
         && (!query.before_time || time < *query.before_time)
         && (!query.until_time || time <= *query.until_time)
         && (!query.topic || topic == *query.topic);
}

bool is_for_sessions(const dict& options) {
  return find<list>(options, "exclude") || find<list>(options, "eligible");
}

} // namespace

void event_history::add(
    const publication& what, std::chrono::system_clock::time_point now,
    const std::vector<subscription_id>& subscriptions) {
  if (is_for_sessions(what.options))
    return;
  std::shared_ptr<const kept_event> kept;
  for (auto id : subscriptions) {
    const auto found = by_subscription_.find(id);
    if (found == by_subscription_.end())
      continue;
    if (!kept)
      kept = std::make_shared<const kept_event>(
          kept_event{std::chrono::floor<std::chrono::milliseconds>(now), kept_publication{what}});
    auto& h = found.value();
    h.events.push_back(kept);
    h.bytes += kept->what.size();
    while (h.events.size() > bounds_.events || h.bytes > bounds_.bytes)
      drop_oldest(h);
  }
}

void event_history::drop_oldest(history& from) {
  from.bytes -= from.events.front()->what.size();
  from.events.pop_front();
}

std::vector<past_event> event_history::find(
    subscription_id id, const history_query& query, const session_info& caller) const {
  std::vector<past_event> result;
  const auto found = by_subscription_.find(id);
  if (found == by_subscription_.end())
    return result;
  const auto& events = found->second.events;
  const auto [begin, end] = range_of(events, query);
  const auto limit = query.limit.value_or(events.size());
  for (auto i = begin; i < end && result.size() < limit; ++i) {
    const auto& e = *events[query.reverse ? end - 1 - (i - begin) : i];
    const auto& what = e.what.without_args();
    // Nobody is excluded by a session id here: that was another session's.
    const audience receivers{session_id{}, what.options};
    if (is_wanted(query, e.time, what.topic) && receivers.admits(caller))
      result.push_back({e.time, e.what.whole()});
  }
  return result;
}

} // namespace wamp
