#include <wamp/actors/dealer/registration_table.hpp>

namespace wamp {

const registration* registration_table::add(const session_ref& callee, std::string_view procedure) {
  if (by_procedure_.contains(procedure))
    return nullptr;
  auto made = std::make_unique<registration>(
      registration{registration_id{++last_id_}, std::string{procedure}, callee});
  auto entry = made.get();
  by_id_.emplace(entry->id, entry);
  by_session_[callee->id].insert(entry->id);
  by_procedure_.emplace(entry->procedure, std::move(made));
  return entry;
}

bool registration_table::remove(session_id callee, registration_id id) {
  auto owner = by_session_.find(callee);
  if (owner == by_session_.end() || owner.value().erase(id) == 0)
    return false;
  if (owner.value().empty())
    by_session_.erase(owner);
  erase(id);
  return true;
}

void registration_table::remove_session(session_id callee) {
  auto owner = by_session_.find(callee);
  if (owner == by_session_.end())
    return;
  auto own = std::move(owner.value());
  by_session_.erase(owner);
  for (auto id : own)
    erase(id);
}

const registration* registration_table::match(std::string_view procedure) const {
  auto found = by_procedure_.find(procedure);
  return found == by_procedure_.end() ? nullptr : found->second.get();
}

void registration_table::erase(registration_id id) {
  auto found = by_id_.find(id);
  auto procedure = std::string{found->second->procedure};
  by_id_.erase(found);
  by_procedure_.erase(procedure);
}

} // namespace wamp
