#include <wamp/actors/broker/subscription_table.hpp>

#include <algorithm>

namespace wamp {

namespace {

auto position_of(session_id who, std::vector<subscriber>& among) {
  return std::find_if(
      among.begin(), among.end(), [=](const subscriber& s) { return s.session->id == who; });
}

} // namespace

subscription_table::addition
subscription_table::add(subscriber who, match_policy match, std::string_view topic) {
  const auto entry = find_or_make(match, topic);
  if (!entry)
    return {};
  const bool is_new = by_session_[who.session->id].insert(entry->id).second;
  if (is_new)
    entry->subscribers.push_back(std::move(who));
  else
    *position_of(who.session->id, entry->subscribers) = std::move(who);
  return {entry, is_new && entry->subscribers.size() == 1 && !entry->is_kept, is_new};
}

subscription* subscription_table::keep(match_policy match, std::string_view topic) {
  const auto entry = find_or_make(match, topic);
  if (entry)
    entry->is_kept = true;
  return entry;
}

subscription* subscription_table::find_or_make(match_policy match, std::string_view topic) {
  if (const auto present = index_.find(match, topic))
    return present;
  auto made = std::make_unique<subscription>(
      subscription{subscription_id{last_id_ + 1}, match, std::string{topic}});
  const auto entry = made.get();
  if (!index_.insert(match, topic, *entry))
    return nullptr;
  ++last_id_;
  by_id_.emplace(entry->id, std::move(made));
  return entry;
}

std::optional<subscription_table::removal>
subscription_table::remove(session_id who, subscription_id id) {
  if (!forget(who, id))
    return std::nullopt;
  auto& entry = *by_id_.at(id);
  return detach(position_of(who, entry.subscribers), entry);
}

std::vector<subscription_table::removal> subscription_table::remove_all(subscription_id id) {
  std::vector<removal> result;
  const auto found = by_id_.find(id);
  if (found == by_id_.end())
    return result;
  auto& entry = *found.value();
  for (auto left = entry.subscribers.size(); left > 0; --left) {
    const auto last = entry.subscribers.end() - 1;
    forget(last->session->id, id);
    result.push_back(detach(last, entry)); // with the last one, the entry goes
  }
  return result;
}

std::vector<subscription_table::removal> subscription_table::remove_session(session_id who) {
  std::vector<removal> result;
  auto owner = by_session_.find(who);
  if (owner == by_session_.end())
    return result;
  auto own = std::move(owner.value());
  by_session_.erase(owner);
  for (auto id : own) {
    auto& entry = *by_id_.at(id);
    result.push_back(detach(position_of(who, entry.subscribers), entry));
  }
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

subscription_table::removal
subscription_table::detach(std::vector<subscriber>::iterator position, subscription& from) {
  // Events reach subscribers in no particular order among each other, so none is kept here.
  std::iter_swap(position, from.subscribers.end() - 1);
  removal result{
      from.id, from.match, from.topic, std::move(from.subscribers.back()),
      from.subscribers.size() == 1 && !from.is_kept};
  from.subscribers.pop_back();
  if (result.was_last)
    erase(from);
  return result;
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
