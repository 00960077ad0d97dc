#include <wamp/actors/broker/memory_event_store.hpp>
#include <wamp/actors/uri_index/uri_match.hpp>

#include <algorithm>
#include <utility>

namespace wamp {

void memory_event_store::retain(const publication& what, std::function<void()> done) {
  const auto [place, is_new] = topics_.try_emplace(what.topic);
  auto& topic = place->second;
  if (is_new)
    topic.age = by_age_.insert(by_age_.end(), place);
  else
    by_age_.splice(by_age_.end(), by_age_, topic.age);
  bytes_ -= topic.events.size();
  topic.events.add(what);
  topic.newest = ++count_;
  bytes_ += topic.events.size();
  if (topic.events.size() > bounds_.bytes)
    drop(place); // rather than all others
  while (topics_.size() > bounds_.topics || bytes_ > bounds_.bytes)
    drop(by_age_.front());
  done();
}

void memory_event_store::drop(topic_map::iterator topic) {
  bytes_ -= topic->second.events.size();
  by_age_.erase(topic->second.age);
  topics_.erase(topic);
}

void memory_event_store::find_retained(
    match_policy match, std::string_view topic, const session_info& subscriber,
    std::function<void(std::vector<publication>)> found) {
  std::vector<publication> result;
  for (auto t : matching(match, topic))
    if (auto event = t->events.newest_for(subscriber))
      result.push_back(*std::move(event));
  found(std::move(result));
}

std::vector<const memory_event_store::aging_topic*>
memory_event_store::matching(match_policy match, std::string_view topic) const {
  std::vector<const aging_topic*> result;
  const auto begin = literal_begin(match, topic);
  for (auto t = topics_.lower_bound(begin); t != topics_.end() && t->first.starts_with(begin);
       ++t) {
    if (matches(match, topic, t->first))
      result.push_back(&t->second);
    if (match == match_policy::exact)
      break;
  }
  if (result.size() > bounds_.found) {
    const auto middle = result.begin() + static_cast<std::ptrdiff_t>(bounds_.found);
    std::nth_element(
        result.begin(), middle, result.end(), [](auto a, auto b) { return a->newest > b->newest; });
    result.erase(middle, result.end());
  }
  return result;
}

std::unique_ptr<event_store> default_event_store() {
  return std::make_unique<memory_event_store>();
}

} // namespace wamp
