#include <wamp/actors/broker/event_history.hpp>
#include <wamp/actors/broker/past_selection.hpp>

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

} // namespace

void event_history::add(
    const kept_publication& what, std::chrono::system_clock::time_point now,
    const std::vector<subscription_id>& subscriptions) {
  const auto kept = std::make_shared<const kept_event>(
      kept_event{std::chrono::floor<std::chrono::milliseconds>(now), ++count_, what});
  for (auto id : subscriptions) {
    const auto found = by_subscription_.find(id);
    if (found == by_subscription_.end())
      continue;
    auto& h = found.value();
    h.events.push_back(kept);
    h.bytes += what.size();
    bytes_ += what.size();
    while (h.events.size() > h.bounds.events || h.bytes > h.bounds.bytes)
      drop_oldest(h);
  }
  while (bytes_ > max_bytes_)
    drop_oldest(with_the_oldest());
}

void event_history::drop_oldest(history& from) {
  const auto size = from.events.front()->what.size();
  from.bytes -= size;
  bytes_ -= size;
  from.events.pop_front();
}

// A realm names a few of them.
event_history::history& event_history::with_the_oldest() {
  history* oldest = nullptr;
  for (auto it = by_subscription_.begin(); it != by_subscription_.end(); ++it) {
    auto& h = it.value();
    if (!h.events.empty() && (!oldest || h.events.front()->number < oldest->events.front()->number))
      oldest = &h;
  }
  return *oldest;
}

std::vector<past_event> event_history::find(
    subscription_id id, const history_query& query, const session_info& caller) const {
  std::vector<past_event> result;
  const auto found = by_subscription_.find(id);
  if (found == by_subscription_.end())
    return result;
  const auto& events = found->second.events;
  const auto [begin, end] = range_of(events, query);
  answer_room room{query};
  for (auto i = begin; i < end; ++i) {
    const auto& e = *events[query.reverse ? end - 1 - (i - begin) : i];
    const auto& what = e.what.without_args();
    if (!query.wants(e.time, what.topic) || !was_for(what, caller))
      continue;
    if (!room.takes(e.what.size()))
      break;
    result.push_back({e.time, e.what.whole()});
  }
  return result;
}

} // namespace wamp
