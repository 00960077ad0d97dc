#include <wamp/actors/broker/retained_events.hpp>
#include <wamp/actors/uri_index/uri_match.hpp>

#include <algorithm>
#include <utility>

namespace wamp {

std::vector<publication_id> retained_events::add(kept_publication what) {
  std::vector<publication_id> gone;
  const auto [place, is_new] = topics_.try_emplace(what.without_args().topic);
  auto& topic = place->second;
  if (is_new)
    topic.age = by_age_.insert(by_age_.end(), place);
  else
    by_age_.splice(by_age_.end(), by_age_, topic.age);
  bytes_ -= topic.events.size();
  topic.events.add(std::move(what), gone);
  topic.newest = ++count_;
  bytes_ += topic.events.size();
  if (topic.events.size() > bounds_.retained_bytes)
    drop(place, gone); // rather than all others
  while (topics_.size() > bounds_.retained_topics || bytes_ > bounds_.retained_bytes)
    drop(by_age_.front(), gone);
  return gone;
}

void retained_events::drop(topic_map::iterator topic, std::vector<publication_id>& gone) {
  topic->second.events.list_ids(gone);
  bytes_ -= topic->second.events.size();
  by_age_.erase(topic->second.age);
  topics_.erase(topic);
}

std::vector<publication> retained_events::find(
    match_policy match, std::string_view topic, const session_info& subscriber) const {
  std::vector<publication> result;
  for (auto t : matching(match, topic))
    if (auto event = t->events.newest_for(subscriber))
      result.push_back(*std::move(event));
  return result;
}

std::vector<const retained_events::aging_topic*>
retained_events::matching(match_policy match, std::string_view topic) const {
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

} // namespace wamp
