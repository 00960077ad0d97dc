#include <wamp/actors/broker/subscription_table.hpp>

#include <algorithm>

namespace wamp {

namespace {

auto position_of(session_id who, const std::vector<session_ref>& sessions) {
  return std::find_if(
      sessions.begin(), sessions.end(), [=](const session_ref& s) { return s->id == who; });
}

} // namespace

subscription_table::addition
subscription_table::add(const session_ref& who, match_policy match, std::string_view topic) {
  auto entry = index_.find(match, topic);
  if (!entry)
    entry = make(match, topic);
  if (!entry)
    return {};
  const bool is_new = by_session_[who->id].insert(entry->id).second;
  if (is_new)
    entry->subscribers.push_back(who);
  return {entry, is_new && entry->subscribers.size() == 1 && !entry->is_kept, is_new};
}

subscription* subscription_table::keep(match_policy match, std::string_view topic) {
  auto entry = index_.find(match, topic);
  if (!entry)
    entry = make(match, topic);
  if (entry)
    entry->is_kept = true;
  return entry;
}

subscription* subscription_table::make(match_policy match, std::string_view topic) {
  auto made = std::make_unique<subscription>(
      subscription{subscription_id{last_id_ + 1}, match, std::string{topic}});
  const auto entry = made.get();
  if (!index_.insert(match, topic, *entry))
    return nullptr;
  ++last_id_;
  by_id_.emplace(entry->id, std::move(made));
  return entry;
}

subscription_table::removal subscription_table::remove(session_id who, subscription_id id) {
  if (!forget(who, id))
    return {};
  return {true, detach(who, *by_id_.at(id)), id};
}

std::vector<session_ref> subscription_table::remove_all(subscription_id id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end())
    return {};
  auto& entry = *found.value();
  auto subscribers = std::move(entry.subscribers);
  for (auto& who : subscribers)
    forget(who->id, id);
  if (!entry.is_kept)
    erase(entry);
  else
    entry.subscribers.clear();
  return subscribers;
}

std::vector<subscription_table::removal> subscription_table::remove_session(session_id who) {
  std::vector<removal> result;
  auto owner = by_session_.find(who);
  if (owner == by_session_.end())
    return result;
  auto own = std::move(owner.value());
  by_session_.erase(owner);
  for (auto id : own)
    result.push_back({true, detach(who, *by_id_.at(id)), id});
  return result;
}

const subscription* subscription_table::find(subscription_id id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

const subscription* subscription_table::find(session_id who, subscription_id id) const {
  const auto owner = by_session_.find(who);
  const auto is_attached = owner != by_session_.end() && owner->second.contains(id);
  return is_attached ? by_id_.at(id).get() : nullptr;
}

bool subscription_table::detach(session_id who, subscription& from) {
  auto position = position_of(who, from.subscribers);
  // Events reach subscribers in no particular order among each other, so none is kept here.
  auto index = position - from.subscribers.begin();
  std::swap(from.subscribers[static_cast<std::size_t>(index)], from.subscribers.back());
  from.subscribers.pop_back();
  const bool was_last = from.subscribers.empty() && !from.is_kept;
  if (was_last)
    erase(from);
  return was_last;
}

bool subscription_table::forget(session_id who, subscription_id id) {
  auto owner = by_session_.find(who);
  if (owner == by_session_.end() || owner.value().erase(id) == 0)
    return false;
  if (owner.value().empty())
    by_session_.erase(owner);
  return true;
}

void subscription_table::erase(const subscription& entry) {
  index_.erase(entry.match, entry.topic);
  by_id_.erase(entry.id);
}

} // namespace wamp
