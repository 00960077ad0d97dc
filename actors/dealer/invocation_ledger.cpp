#include <wamp/actors/dealer/invocation_ledger.hpp>

#include <utility>

namespace wamp {

tl::expected<invocation_id, invocation_ledger::refused> invocation_ledger::open(
    const session_ref& caller, request_id call, const session_ref& callee, bool receives_progress) {
  auto& callers = at(caller);
  if (callers.made.size() >= max_pending_)
    return tl::unexpected{refused::too_many};
  auto& callees = at(callee);
  auto id = invocation_id{callees.last_invocation % max_id + 1};
  if (!callers.made.try_emplace(call, made_entry{&callees, id}).second)
    return tl::unexpected{refused::id_in_flight};
  callees.last_invocation = id.value();
  callees.serving.insert_or_assign(id, serving_entry{&callers, call, receives_progress});
  ++open_calls_;
  return id;
}

std::optional<pending_call> invocation_ledger::made(session_id caller, request_id call) const {
  auto calls = find(caller);
  if (!calls)
    return std::nullopt;
  auto found = calls->made.find(call);
  if (found == calls->made.end())
    return std::nullopt;
  auto& entry = found->second;
  return pending_call{calls->session, call, entry.callee->session, entry.invocation};
}

std::optional<pending_call>
invocation_ledger::served(session_id callee, invocation_id invocation) const {
  auto calls = find(callee);
  if (!calls)
    return std::nullopt;
  auto found = calls->serving.find(invocation);
  if (found == calls->serving.end())
    return std::nullopt;
  auto& entry = found->second;
  return pending_call{
      entry.caller->session, entry.call, calls->session, invocation, entry.receives_progress};
}

std::optional<pending_call>
invocation_ledger::close_served(session_id callee, invocation_id invocation) {
  auto calls = find(callee);
  if (!calls)
    return std::nullopt;
  auto found = calls->serving.find(invocation);
  if (found == calls->serving.end())
    return std::nullopt;
  auto entry = found->second;
  calls->serving.erase(found);
  entry.caller->made.erase(entry.call);
  --open_calls_;
  return pending_call{
      entry.caller->session, entry.call, calls->session, invocation, entry.receives_progress};
}

void invocation_ledger::close(const pending_call& entry) {
  close_served(entry.callee->id, entry.invocation);
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
  for (auto& [call, entry] : calls->made)
    result.made.push_back({calls->session, call, entry.callee->session, entry.invocation});
  for (auto& entry : result.made)
    close(entry);
  for (auto& [invocation, entry] : calls->serving)
    result.served.push_back({entry.caller->session, entry.call, calls->session, invocation});
  for (auto& entry : result.served)
    close(entry);
  sessions_.erase(id);
  return result;
}

invocation_ledger::session_calls* invocation_ledger::find(session_id id) const {
  auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

invocation_ledger::session_calls& invocation_ledger::at(const session_ref& session) {
  auto found = sessions_.find(session->id);
  if (found != sessions_.end())
    return *found->second;
  auto calls = std::make_unique<session_calls>();
  calls->session = session;
  return *sessions_.emplace(session->id, std::move(calls)).first->second;
}

} // namespace wamp
