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

std::optional<registration_table::removal>
registration_table::remove(session_id callee, registration_id id) {
  const auto entry = find(id);
  if (!entry || !entry->find(callee))
    return std::nullopt;
  forget(callee, id);
  return detach(callee, *entry);
}

std::vector<registration_table::removal> registration_table::remove_all(registration_id id) {
  std::vector<removal> result;
  const auto entry = find(id);
  for (auto left = entry ? entry->callees.size() : 0; left > 0; --left) {
    const auto first = entry->callees.front().session->id;
    forget(first, id);
    result.push_back(detach(first, *entry)); // with the last one, the entry goes
  }
  return result;
}

std::vector<registration_table::removal> registration_table::remove_session(session_id callee) {
  std::vector<removal> result;
  auto owner = by_session_.find(callee);
  if (owner == by_session_.end())
    return result;
  auto own = std::move(owner.value());
  by_session_.erase(owner);
  for (auto id : own)
    result.push_back(detach(callee, *find(id)));
  return result;
}

registration_table::removal registration_table::detach(session_id callee, registration& from) {
  removal result{from.id, from.match, from.procedure, from.remove(callee), nullptr};
  if (from.callees.empty())
    result.last = erase(from.id);
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
