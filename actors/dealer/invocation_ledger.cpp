#include <wamp/actors/dealer/invocation_ledger.hpp>

#include <utility>

namespace wamp {

namespace {

/// Of one caller's arguments: as much as a socket's peer may leave unread.
constexpr std::size_t max_kept = std::size_t{16} << 20U;

} // namespace

tl::expected<invocation_id, invocation_ledger::refused> invocation_ledger::open(
    const session_ref& caller, request_id call, const session_ref& callee, bool receives_progress) {
  auto& callers = at(caller);
  auto& callees = at(callee);
  auto id = invocation_id{callees.last_invocation % max_id + 1};
  if (auto added = add(callers, call, {&callees, id, false}, nullptr); !added)
    return tl::unexpected{added.error()};
  callees.last_invocation = id.value();
  callees.serving.insert_or_assign(id, serving_entry{&callers, call, receives_progress});
  return id;
}

tl::expected<pending_call, invocation_ledger::refused> invocation_ledger::open_with(
    std::shared_ptr<call_terms> terms, const session_ref& caller, request_id call) {
  auto added = add(at(caller), call, {nullptr, {}, true}, terms);
  if (!added)
    return tl::unexpected{added.error()};
  return pending_call{caller, call, nullptr, {}, false, std::move(terms)};
}

tl::expected<void, invocation_ledger::refused> invocation_ledger::add(
    session_calls& caller, request_id call, const made_entry& entry,
    std::shared_ptr<call_terms> terms) {
  if (caller.made.size() >= max_pending_)
    return tl::unexpected{refused::too_many};
  if (!caller.made.try_emplace(call, entry).second)
    return tl::unexpected{refused::id_in_flight};
  if (terms)
    caller.terms.emplace(call, std::move(terms));
  ++open_calls_;
  return {};
}

invocation_id invocation_ledger::hand_to(
    const pending_call& entry, const session_ref& callee, bool receives_progress) {
  auto& callers = *find(entry.caller->id);
  auto& callees = at(callee);
  if (entry.callee)
    find(entry.callee->id)->serving.erase(entry.invocation);
  const auto id = invocation_id{callees.last_invocation % max_id + 1};
  callees.last_invocation = id.value();
  callees.serving.insert_or_assign(id, serving_entry{&callers, entry.call, receives_progress});
  callers.made.insert_or_assign(entry.call, made_entry{&callees, id, true});
  return id;
}

bool invocation_ledger::set_kept(const pending_call& entry, std::size_t bytes) {
  auto& sum = find(entry.caller->id)->kept_bytes;
  auto& own = entry.terms->kept_bytes;
  if (bytes > own && sum - own + bytes > max_kept)
    return false;
  sum = sum - own + bytes;
  own = bytes;
  return true;
}

pending_call
invocation_ledger::describe(const session_calls& caller, request_id call, const made_entry& entry) {
  pending_call result{
      caller.session, call, entry.callee ? entry.callee->session : nullptr, entry.invocation};
  if (entry.has_terms)
    result.terms = caller.terms.at(call);
  return result;
}

std::optional<pending_call> invocation_ledger::made(session_id caller, request_id call) const {
  auto calls = find(caller);
  if (!calls)
    return std::nullopt;
  auto found = calls->made.find(call);
  if (found == calls->made.end())
    return std::nullopt;
  return describe(*calls, call, found->second);
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
  auto result = describe(*entry.caller, entry.call, entry.caller->made.at(entry.call));
  result.receives_progress = entry.receives_progress;
  return result;
}

std::optional<pending_call>
invocation_ledger::close_served(session_id callee, invocation_id invocation) {
  auto calls = find(callee);
  if (!calls)
    return std::nullopt;
  auto found = calls->serving.find(invocation);
  if (found == calls->serving.end())
    return std::nullopt;
  const auto serving = found->second;
  calls->serving.erase(found);
  auto& callers = *serving.caller;
  auto made = callers.made.find(serving.call);
  auto entry = describe(callers, serving.call, made->second);
  entry.receives_progress = serving.receives_progress;
  callers.made.erase(made);
  drop_terms(callers, entry);
  --open_calls_;
  return entry;
}

void invocation_ledger::close(const pending_call& entry) {
  auto& callers = *find(entry.caller->id);
  if (entry.callee)
    find(entry.callee->id)->serving.erase(entry.invocation);
  callers.made.erase(entry.call);
  drop_terms(callers, entry);
  --open_calls_;
}

void invocation_ledger::drop_terms(session_calls& caller, const pending_call& entry) {
  if (!entry.terms)
    return;
  caller.kept_bytes -= entry.terms->kept_bytes;
  caller.terms.erase(entry.call);
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
    result.made.push_back(describe(*calls, call, entry));
  for (auto& entry : result.made)
    close(entry);
  for (auto& [invocation, entry] : calls->serving)
    result.served.push_back(describe(*entry.caller, entry.call, entry.caller->made.at(entry.call)));
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
