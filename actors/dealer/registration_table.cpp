#include <wamp/actors/dealer/registration_table.hpp>

#include <utility>

namespace wamp {

registration* registration_table::find(registration_id id) const {
  auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

registration* registration_table::add(
    match_policy match, std::string_view procedure, invoke_policy invoke, callee who) {
  auto entry = find(match, procedure);
  if (!entry) {
    auto made = std::make_unique<registration>(
        registration{registration_id{last_id_ + 1}, match, std::string{procedure}, invoke});
    if (!index_.insert(match, procedure, *made))
      return nullptr;
    entry = made.get();
    ++last_id_;
    by_id_.emplace(entry->id, std::move(made));
  }
  by_session_[who.session->id].insert(entry->id);
  entry->callees.push_back(std::move(who));
  return entry;
}

registration_table::removal registration_table::remove(session_id callee, registration_id id) {
  auto entry = find(id);
  if (!entry || !entry->remove(callee))
    return {};
  forget(callee, id);
  return {true, entry->callees.empty() ? erase(id) : nullptr, id};
}

registration_table::gone registration_table::remove(registration_id id) {
  auto entry = find(id);
  if (!entry)
    return nullptr;
  for (auto& c : entry->callees)
    forget(c.session->id, id);
  return erase(id);
}

std::vector<registration_table::removal> registration_table::remove_session(session_id callee) {
  std::vector<removal> result;
  auto owner = by_session_.find(callee);
  if (owner == by_session_.end())
    return result;
  auto own = std::move(owner.value());
  by_session_.erase(owner);
  for (auto id : own) {
    auto& entry = *find(id);
    entry.remove(callee);
    result.push_back({true, entry.callees.empty() ? erase(id) : nullptr, id});
  }
  return result;
}

void registration_table::forget(session_id callee, registration_id id) {
  auto owner = by_session_.find(callee);
  owner.value().erase(id);
  if (owner.value().empty())
    by_session_.erase(owner);
}

registration_table::gone registration_table::erase(registration_id id) {
  auto found = by_id_.find(id);
  auto result = std::move(found.value());
  by_id_.erase(found);
  index_.erase(result->match, result->procedure);
  return result;
}

} // namespace wamp
