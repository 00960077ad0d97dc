#include <wamp/actors/answers.hpp>
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

namespace {

std::optional<cancel_mode> mode_of(const cancel& request) {
  auto mode = find<std::string>(request.options, "mode");
  return mode ? cancel_mode_named(*mode) : cancel_mode::killnowait;
}

std::optional<invoke_policy> policy_of(const wamp::register_& request) {
  auto invoke = find<std::string>(request.options, "invoke");
  return invoke ? invoke_policy_named(*invoke) : invoke_policy::single;
}

std::string in_quotes(std::string_view word) {
  return std::string{"\""}.append(word).append("\"");
}

refusal refusal_for(invocation_ledger::refused why) {
  if (why == invocation_ledger::refused::too_many)
    return {uris::unavailable, "too many calls in flight"};
  return {uris::invalid_argument, "a call with this id is in flight"};
}

refusal no_disclosure() {
  return {uris::option_disallowed_disclose_me, "nobody learns here who has called"};
}

bool can_be_interrupted(const pending_call& call) {
  return call.callee && call.callee->features.callee_call_canceling;
}

void start_work(const callee& at, call_terms& terms) {
  terms.work = at.work;
  if (terms.work)
    ++terms.work->calls;
}

} // namespace

dealer::dealer(const realm_settings& settings, outbox& out, alarm_clock& clock)
    : uri_rules_(settings.uris),
      authorize_(settings.authorize),
      details_(settings),
      disclose_callers_(settings.disclose_callers),
      random_(settings.random()),
      max_waiting_(settings.max_waiting_calls),
      out_(out),
      invocations_(settings.max_pending_calls),
      timer_(clock) {}

// -- registrations -------------------------------------------------------------------------------

std::optional<refusal>
dealer::check(const session_info& from, const wamp::register_& request) const {
  if (auto match = find<std::string>(request.options, "match"); match && *match != "exact")
    return refusal{uris::option_not_allowed, "pattern-based registration is not supported"};
  if (!policy_of(request))
    return refusal{uris::invalid_argument, "unknown invocation policy"};
  if (auto limit = find<std::int64_t>(request.options, "concurrency"); limit && *limit < 1)
    return refusal{uris::invalid_argument, "concurrency must be at least 1"};
  if (disclose_callers_ == disclosure::never && flag(request.options, "disclose_caller"))
    return no_disclosure();
  if (!is_valid_uri(request.procedure, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid procedure: " + request.procedure};
  if (is_reserved_uri(request.procedure))
    return refusal{uris::invalid_uri, "only the router serves " + request.procedure};
  if (!may(from, action::register_, request.procedure))
    return refusal{uris::not_authorized, "may not register " + request.procedure};
  return std::nullopt;
}

std::optional<refusal>
dealer::check_sharing(const session_info& from, const wamp::register_& request) {
  const auto entry = registrations_.find(request.procedure);
  if (!entry)
    return std::nullopt;
  if (entry->invoke != *policy_of(request))
    return refusal{
        uris::procedure_already_exists,
        request.procedure + " is registered with invoke " + in_quotes(name_of(entry->invoke))};
  if (entry->invoke == invoke_policy::single)
    return refusal{uris::procedure_already_exists, request.procedure + " has its one callee"};
  if (entry->is_served_by(from.id)) // which of the two would an UNREGISTER mean?
    return refusal{
        uris::procedure_already_exists, "this session serves " + request.procedure + " already"};
  return std::nullopt;
}

void dealer::register_(const session_ref& from, const wamp::register_& request) {
  if (auto no = check(*from, request))
    return out_.deliver(from, refuse(request, std::move(*no)));
  if (flag(request.options, "force_reregister"))
    if (auto present = registrations_.find(request.procedure))
      revoke(present->id, "another callee takes its place");
  if (auto no = check_sharing(*from, request))
    return out_.deliver(from, refuse(request, std::move(*no)));
  callee who{
      from, flag(request.options, "disclose_caller"), flag(request.options, "forward_timeout")};
  if (auto limit = find<std::int64_t>(request.options, "concurrency"))
    who.work = std::make_shared<workload>(workload{static_cast<std::size_t>(*limit)});
  auto& entry = registrations_.add(request.procedure, *policy_of(request), std::move(who));
  out_.deliver(from, registered{request.request, entry.id});
  serve_waiting(entry);
}

void dealer::unregister(const session_ref& from, const wamp::unregister& request) {
  const auto removed = registrations_.remove(from->id, request.registration);
  if (!removed.found)
    return out_.deliver(from, refuse(request, uris::no_such_registration));
  out_.deliver(from, unregistered{request.request, {}});
  if (removed.last)
    fail_waiting(*removed.last);
}

bool dealer::revoke(registration_id id, std::string_view reason) {
  const auto gone = registrations_.remove(id);
  if (!gone)
    return false;
  for (const auto& c : gone->callees)
    if (c.session->features.callee_registration_revocation)
      out_.deliver(
          c.session,
          unregistered{
              request_id{}, dict{{"registration", value{id.value()}}, {"reason", value{reason}}}});
  fail_waiting(*gone);
  return true;
}

// -- calls ---------------------------------------------------------------------------------------

std::optional<refusal> dealer::check(const session_info& from, const wamp::call& request) const {
  if (!is_valid_uri(request.procedure, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid procedure: " + request.procedure};
  if (flag(request.options, "progress"))
    return refusal{uris::feature_not_supported, "progressive call invocations are not supported"};
  if (find<std::string>(request.options, "ppt_scheme"))
    return refusal{uris::feature_not_supported, "payload passthru mode is not supported"};
  if (disclose_callers_ == disclosure::never && flag(request.options, "disclose_me"))
    return no_disclosure();
  if (!may(from, action::call, request.procedure))
    return refusal{uris::not_authorized, "may not call " + request.procedure};
  return std::nullopt;
}

void dealer::call(const session_ref& from, wamp::call&& request) {
  if (auto no = check(*from, request))
    return out_.deliver(from, refuse(request, std::move(*no)));
  auto entry = registrations_.match(request.procedure);
  if (!entry)
    return out_.deliver(
        from, refuse(request, uris::no_such_procedure, "nobody serves " + request.procedure));
  // Whoever waits already comes first.
  const auto to = entry->waiting.empty() ? entry->choose(random_) : nullptr;
  if (!to)
    return wait(from, *entry, std::move(request));
  const auto options = call_options::from(request.options);
  const bool timed = options.timeout.count() > 0 && !forwards_timeout(*to);
  std::shared_ptr<call_terms> terms;
  if (to->work || timed)
    terms = std::make_shared<call_terms>(call_terms{entry->id, {}, options});
  auto opened = invocations_.open(
      from, request.request, to->session, may_progress(*to->session, options), terms);
  if (!opened)
    return out_.deliver(from, refuse(request, refusal_for(opened.error())));
  if (terms)
    start_work(*to, *terms);
  if (timed)
    start_timer(call_key{from->id, request.request}, *terms);
  out_.deliver(
      to->session, invocation{
                       *opened, entry->id, details_.of(*from, options, request.procedure, *to),
                       std::move(request.args)});
}

void dealer::wait(const session_ref& from, registration& entry, wamp::call&& request) {
  const auto bytes = weight_of(request) + request.procedure.size();
  auto terms = std::make_shared<call_terms>(call_terms{
      entry.id, std::move(request.procedure), call_options::from(request.options),
      std::move(request.args), bytes});
  if (entry.waiting.size() >= max_waiting_ || !invocations_.may_keep(from->id, bytes))
    return out_.deliver(
        from, refuse(request, uris::unavailable, "too many calls wait for " + entry.procedure));
  if (auto opened = invocations_.open_waiting(from, request.request, terms); !opened)
    return out_.deliver(from, refuse(request, refusal_for(opened.error())));
  if (terms->options.timeout.count() > 0)
    start_timer(call_key{from->id, request.request}, *terms);
  terms->ticket = ++last_ticket_;
  entry.waiting.emplace(terms->ticket, call_key{from->id, request.request});
}

/// Those who wait, in order, while somebody has room.
void dealer::serve_waiting(registration& entry) {
  while (!entry.waiting.empty()) {
    const auto to = entry.choose(random_);
    if (!to)
      return;
    const auto [caller, call] = entry.waiting.begin()->second;
    entry.waiting.erase(entry.waiting.begin());
    if (auto next = invocations_.made(caller, call)) // or its caller is just leaving
      hand_to(*to, entry, *next);
  }
}

void dealer::hand_to(const callee& to, const registration& entry, const pending_call& call) {
  auto& terms = *call.terms;
  terms.ticket = 0;
  start_work(to, terms);
  if (terms.timed && forwards_timeout(to))
    stop_timer(call.key(), terms);
  else if (!terms.timed && terms.options.timeout.count() > 0 && !forwards_timeout(to))
    start_timer(call.key(), terms);
  const auto id = invocations_.hand_to(call, to.session, may_progress(*to.session, terms.options));
  out_.deliver(
      to.session, invocation{
                      id, entry.id, details_.of(*call.caller, terms.options, terms.procedure, to),
                      std::move(terms.args)});
}

/// Its last callee is gone.
void dealer::fail_waiting(const registration& gone) {
  for (const auto& [ticket, key] : gone.waiting)
    if (auto entry = invocations_.made(key.caller, key.call))
      end_call(*entry, uris::canceled, "nobody serves " + gone.procedure + " any more");
}

void dealer::cancel(const session_ref& from, const wamp::cancel& request) {
  auto mode = mode_of(request);
  if (!mode)
    return out_.deliver(from, refuse(request, uris::invalid_argument, "unknown cancel mode"));
  auto entry = invocations_.made(from->id, request.request);
  if (!entry)
    return; // answered already: the CANCEL and the answer crossed
  if (!can_be_interrupted(*entry))
    mode = cancel_mode::skip;
  if (mode != cancel_mode::skip)
    interrupt_callee(*entry, *mode);
  if (mode != cancel_mode::kill)
    end_call(*entry, uris::canceled);
}

void dealer::interrupt_callee(const pending_call& entry, cancel_mode mode) {
  out_.deliver(entry.callee, interrupt{entry.invocation, dict{{"mode", value{name_of(mode)}}}});
}

// -- timeouts ------------------------------------------------------------------------------------

void dealer::start_timer(const call_key& call, call_terms& terms) {
  timer_.start(call, terms.options.timeout);
  terms.timed = true;
}

void dealer::stop_timer(const call_key& call, call_terms& terms) {
  timer_.stop(call);
  terms.timed = false;
}

void dealer::alarm() {
  for (const auto& key : timer_.take_due()) {
    const auto entry = invocations_.made(key.caller, key.call);
    if (can_be_interrupted(*entry))
      interrupt_callee(*entry, cancel_mode::killnowait);
    end_call(*entry, uris::timeout, "no answer came in time");
  }
}

// -- answers -------------------------------------------------------------------------------------

void dealer::yield(const session_ref& from, wamp::yield&& answer) {
  if (flag(answer.options, "progress"))
    return pass_progress_on(from, std::move(answer));
  auto closed = invocations_.close_served(from->id, answer.request);
  if (!closed)
    return;
  if (find<std::string>(answer.options, "ppt_scheme"))
    out_.deliver(
        closed->caller,
        error_with_text(message_code::call, closed->call, uris::feature_not_supported, {}));
  else
    out_.deliver(closed->caller, result{closed->call, {}, std::move(answer.args)});
  settle(*closed);
}

/// Progress that the caller did not ask for is not for it: the final result is still to come.
void dealer::pass_progress_on(const session_ref& from, wamp::yield&& answer) {
  const auto open = invocations_.served(from->id, answer.request);
  if (!open || !open->receives_progress)
    return;
  out_.deliver(open->caller, result{open->call, dict{{"progress", true}}, std::move(answer.args)});
  if (open->terms && open->terms->timed)
    start_timer(open->key(), *open->terms); // anew
}

void dealer::fail(const session_ref& from, wamp::error&& answer) {
  auto closed = invocations_.close_served(from->id, invocation_id{answer.request.value()});
  if (!closed)
    return;
  answer.request_type = message_code::call;
  answer.request = closed->call;
  out_.deliver(closed->caller, std::move(answer));
  settle(*closed);
}

/// The router's own answer to a call that is open.
void dealer::end_call(const pending_call& entry, std::string_view uri, std::string_view text) {
  invocations_.close(entry);
  out_.deliver(entry.caller, error_with_text(message_code::call, entry.call, uri, text));
  settle(entry);
}

/// What others gain by the end of a call.
void dealer::settle(const pending_call& closed) {
  if (!closed.terms)
    return;
  auto& terms = *closed.terms;
  if (terms.timed)
    stop_timer(closed.key(), terms);
  const auto entry = registrations_.find(terms.registration);
  if (terms.work)
    --terms.work->calls;
  if (!entry)
    return;
  if (terms.ticket)
    entry->waiting.erase(terms.ticket);
  serve_waiting(*entry);
}

void dealer::session_left(session_id id) {
  const auto gone = registrations_.remove_session(id);
  const auto calls = invocations_.remove_session(id);
  for (const auto& entry : calls.served) {
    if (entry.caller->id != id)
      out_.deliver(
          entry.caller, error_with_text(message_code::call, entry.call, uris::canceled, {}));
    settle(entry);
  }
  for (const auto& entry : calls.made) {
    if (can_be_interrupted(entry) && entry.callee->id != id)
      interrupt_callee(entry, cancel_mode::killnowait);
    settle(entry);
  }
  for (const auto& entry : gone)
    fail_waiting(*entry);
}

} // namespace wamp
