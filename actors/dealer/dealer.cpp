#include <wamp/actors/answers.hpp>
#include <wamp/actors/cancel_mode.hpp>
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

namespace {

bool is_other_than(const dict& options, std::string_view key, std::string_view supported) {
  auto given = find<std::string>(options, key);
  return given && *given != supported;
}

std::optional<cancel_mode> mode_of(const cancel& request) {
  auto mode = find<std::string>(request.options, "mode");
  return mode ? cancel_mode_named(*mode) : cancel_mode::killnowait;
}

refusal refusal_for(invocation_ledger::refused why) {
  if (why == invocation_ledger::refused::too_many)
    return {uris::unavailable, "too many calls in flight"};
  return {uris::invalid_argument, "a call with this id is in flight"};
}

error failure(const pending_call& entry, std::string_view uri) {
  return {message_code::call, entry.call, {}, std::string{uri}, {}};
}

} // namespace

dealer::dealer(const realm_settings& settings, outbox& out)
    : uri_rules_(settings.uris),
      authorize_(settings.authorize),
      out_(out),
      invocations_(settings.max_pending_calls) {}

std::optional<refusal>
dealer::check(const session_info& from, const wamp::register_& request) const {
  if (is_other_than(request.options, "match", "exact"))
    return refusal{uris::option_not_allowed, "pattern-based registration is not supported"};
  if (is_other_than(request.options, "invoke", "single"))
    return refusal{uris::option_not_allowed, "shared registration is not supported"};
  if (!is_valid_uri(request.procedure, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid procedure: " + request.procedure};
  if (is_reserved_uri(request.procedure))
    return refusal{uris::invalid_uri, "only the router serves " + request.procedure};
  if (!may(from, action::register_, request.procedure))
    return refusal{uris::not_authorized, "may not register " + request.procedure};
  return std::nullopt;
}

std::optional<refusal> dealer::check(const session_info& from, const wamp::call& request) const {
  if (!is_valid_uri(request.procedure, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid procedure: " + request.procedure};
  if (flag(request.options, "progress"))
    return refusal{uris::feature_not_supported, "progressive call invocations are not supported"};
  if (find<std::string>(request.options, "ppt_scheme"))
    return refusal{uris::feature_not_supported, "payload passthru mode is not supported"};
  if (!may(from, action::call, request.procedure))
    return refusal{uris::not_authorized, "may not call " + request.procedure};
  return std::nullopt;
}

void dealer::register_(const session_ref& from, const wamp::register_& request) {
  if (auto no = check(*from, request))
    return out_.deliver(from, refuse(request, std::move(*no)));
  auto entry = registrations_.add(from, request.procedure);
  if (!entry)
    return out_.deliver(from, refuse(request, uris::procedure_already_exists));
  out_.deliver(from, registered{request.request, entry->id});
}

void dealer::unregister(const session_ref& from, const wamp::unregister& request) {
  if (!registrations_.remove(from->id, request.registration))
    return out_.deliver(from, refuse(request, uris::no_such_registration));
  out_.deliver(from, unregistered{request.request, {}});
}

void dealer::call(const session_ref& from, wamp::call&& request) {
  if (auto no = check(*from, request))
    return out_.deliver(from, refuse(request, std::move(*no)));
  auto entry = registrations_.match(request.procedure);
  if (!entry)
    return out_.deliver(
        from, refuse(request, uris::no_such_procedure, "nobody serves " + request.procedure));
  const auto& callee = entry->callee->features;
  // Of a callee that can not be stopped, nobody wants more and more results.
  const bool progress = flag(request.options, "receive_progress")
                        && callee.callee_progressive_call_results && callee.callee_call_canceling;
  auto opened = invocations_.open(from, request.request, entry->callee, progress);
  if (!opened)
    return out_.deliver(from, refuse(request, refusal_for(opened.error())));
  dict details;
  if (progress)
    details.set("receive_progress", true);
  out_.deliver(
      entry->callee, invocation{*opened, entry->id, std::move(details), std::move(request.args)});
}

void dealer::cancel(const session_ref& from, const wamp::cancel& request) {
  auto mode = mode_of(request);
  if (!mode)
    return out_.deliver(from, refuse(request, uris::invalid_argument, "unknown cancel mode"));
  auto entry = invocations_.made(from->id, request.request);
  if (!entry)
    return; // answered already: the CANCEL and the answer crossed
  if (!entry->callee->features.callee_call_canceling)
    mode = cancel_mode::skip;
  if (mode != cancel_mode::skip)
    out_.deliver(
        entry->callee, interrupt{entry->invocation, dict{{"mode", value{name_of(*mode)}}}});
  if (mode != cancel_mode::kill) {
    invocations_.close(*entry);
    out_.deliver(entry->caller, failure(*entry, uris::canceled));
  }
}

void dealer::yield(const session_ref& from, wamp::yield&& answer) {
  if (flag(answer.options, "progress"))
    return pass_progress_on(from, std::move(answer));
  auto closed = invocations_.close_served(from->id, answer.request);
  if (!closed)
    return;
  if (find<std::string>(answer.options, "ppt_scheme"))
    return out_.deliver(closed->caller, failure(*closed, uris::feature_not_supported));
  out_.deliver(closed->caller, result{closed->call, {}, std::move(answer.args)});
}

/// Progress that the caller did not ask for is not for it: the final result is still to come.
void dealer::pass_progress_on(const session_ref& from, wamp::yield&& answer) {
  const auto open = invocations_.served(from->id, answer.request);
  if (open && open->receives_progress)
    out_.deliver(
        open->caller, result{open->call, dict{{"progress", true}}, std::move(answer.args)});
}

void dealer::fail(const session_ref& from, wamp::error&& answer) {
  auto closed = invocations_.close_served(from->id, invocation_id{answer.request.value()});
  if (!closed)
    return;
  answer.request_type = message_code::call;
  answer.request = closed->call;
  out_.deliver(closed->caller, std::move(answer));
}

void dealer::session_left(session_id id) {
  registrations_.remove_session(id);
  auto calls = invocations_.remove_session(id);
  for (auto& entry : calls.served)
    if (entry.caller->id != id)
      out_.deliver(entry.caller, failure(entry, uris::canceled));
  for (auto& entry : calls.made)
    if (entry.callee->id != id && entry.callee->features.callee_call_canceling)
      out_.deliver(
          entry.callee,
          interrupt{entry.invocation, dict{{"mode", value{name_of(cancel_mode::killnowait)}}}});
}

} // namespace wamp
