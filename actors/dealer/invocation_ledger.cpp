#include <wamp/actors/dealer/invocation_ledger.hpp>

namespace wamp {

const pending_call*
invocation_ledger::open(const session_ref& caller, request_id call, const session_ref& callee) {
  auto& callers = at(caller->id);
  if (callers.made.contains(call))
    return nullptr;
  auto& callees = at(callee->id);
  callees.last_invocation = callees.last_invocation % max_id + 1;
  auto entry = std::make_unique<pending_call>(
      pending_call{caller, call, callee, invocation_id{callees.last_invocation}});
  auto result = entry.get();
  callers.made.emplace(call, result);
  callees.serving.emplace(result->invocation, std::move(entry));
  ++open_calls_;
  return result;
}

const pending_call* invocation_ledger::served(session_id callee, invocation_id invocation) const {
  auto calls = find(callee);
  if (!calls)
    return nullptr;
  auto found = calls->serving.find(invocation);
  return found == calls->serving.end() ? nullptr : found->second.get();
}

const pending_call* invocation_ledger::made(session_id caller, request_id call) const {
  auto calls = find(caller);
  if (!calls)
    return nullptr;
  auto found = calls->made.find(call);
  return found == calls->made.end() ? nullptr : found->second;
}

pending_call invocation_ledger::close(const pending_call& entry) {
  auto closed = pending_call{entry};
  at(closed.caller->id).made.erase(closed.call);
  at(closed.callee->id).serving.erase(closed.invocation);
  --open_calls_;
  return closed;
}

std::size_t invocation_ledger::pending_of(session_id caller) const {
  auto calls = find(caller);
  return calls ? calls->made.size() : 0;
}

invocation_ledger::left_behind invocation_ledger::remove_session(session_id id) {
  left_behind result;
  auto calls = find(id);
  if (!calls)
    return result;
  for (auto& [request, entry] : calls->made)
    result.made.push_back(*entry);
  for (auto& entry : result.made)
    close(*made(id, entry.call));
  for (auto& [invocation, entry] : calls->serving)
    result.served.push_back(*entry);
  for (auto& entry : result.served)
    close(*served(id, entry.invocation));
  sessions_.erase(id);
  return result;
}

const invocation_ledger::session_calls* invocation_ledger::find(session_id id) const {
  auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

invocation_ledger::session_calls& invocation_ledger::at(session_id id) {
  auto& calls = sessions_[id];
  if (!calls)
    calls = std::make_unique<session_calls>();
  return *calls;
}

} // namespace wamp
