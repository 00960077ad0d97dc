// The dealer's half that is on a call's way to its callee.
#include <wamp/actors/answers.hpp>
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/serialization/uris.hpp>

#include <algorithm>

namespace wamp {

namespace {

std::optional<cancel_mode> mode_of(const cancel& request) {
  auto mode = find<std::string>(request.options, "mode");
  return mode ? cancel_mode_named(*mode) : cancel_mode::killnowait;
}

refusal refusal_for(invocation_ledger::refused why) {
  if (why == invocation_ledger::refused::too_many)
    return {uris::unavailable, "too many calls in flight"};
  return {uris::invalid_argument, "a call with this id is in flight"};
}

/// What the call needs of its callee, and does not find.
std::optional<std::string_view>
missing_feature(const session_info& callee, const call_options& options) {
  const auto& has = callee.features;
  if (options.progress && !(has.callee_progressive_call_invocations && has.callee_call_canceling))
    return "the callee takes no progressive call invocations";
  if (options.is_passed_through && !has.callee_payload_passthru)
    return "the callee does not know payload passthru mode";
  return std::nullopt;
}

/// What the texts of a call weigh, which may be of any length.
std::size_t text_bytes(const call_terms& terms) {
  auto bytes = terms.procedure.size() + terms.options.rkey.size();
  for (const auto& attribute : terms.options.details)
    if (const auto text = attribute.value.get_if<std::string>())
      bytes += text->size();
  return bytes;
}

/// Whether this callee may leave a call to another.
bool may_be_rerouted(const registration& entry, const callee& at) {
  return entry.callees.size() > 1 && at.session->features.callee_call_reroute;
}

} // namespace

std::optional<refusal> dealer::check(const wamp::call& request) const {
  if (!is_valid_uri(request.procedure, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid procedure: " + request.procedure};
  if (is_passed_through(request.options) && !request.args.is_one_binary())
    return refusal{uris::invalid_argument, not_one_binary};
  if (disclose_callers_ == disclosure::never && flag(request.options, "disclose_me"))
    return refusal{uris::option_disallowed_disclose_me, "nobody learns here who has called"};
  if (const auto mode = find<std::string>(request.options, "runmode")) {
    if (*mode != "partition")
      return refusal{uris::option_not_allowed, "the one runmode is partition"};
    if (!request.options.contains("rkey"))
      return refusal{uris::invalid_argument, "runmode partition wants an rkey"};
  }
  return std::nullopt;
}

/// Whoever may not register a procedure does not get its calls by a pattern either.
bool dealer::may_serve(const registration& entry, const callee& to, std::string_view procedure) {
  return entry.match == match_policy::exact
         || authorization_.may(*to.session, {action::register_, procedure}, true);
}

bool dealer::is_served(const registration& entry, std::string_view procedure) {
  return entry.match == match_policy::exact
         || std::any_of(entry.callees.begin(), entry.callees.end(), [&](const callee& c) {
              return may_serve(entry, c, procedure);
            });
}

/// Such a call has no terms: it costs nothing more than who answers whom.
bool dealer::is_plain(const registration& entry, const callee& to, const call_options& options) {
  return !to.work && !options.progress && !options.is_passed_through && !may_be_rerouted(entry, to)
         && (options.timeout.count() <= 0 || forwards_timeout(to));
}

void dealer::call(const session_ref& from, wamp::call&& request, verdict decided) {
  if (auto no = check(request))
    return out_.deliver(from, refuse(request, *no));
  const attempt wanted{action::call, request.procedure};
  if (!decided)
    decided = authorization_.find(*from, wanted);
  if (!decided)
    return authorization_.ask(
        from, wanted, std::move(request),
        [this](auto& who, auto& r, auto& d) { call(who, std::move(r), d); });
  if (auto no = authorization::refusal_of(wanted, *decided))
    return out_.deliver(from, refuse(request, *no));
  if (is_reserved_uri(request.procedure))
    if (const auto owner = owner_of(request.procedure))
      return call_meta(*owner, from, std::move(request));
  const auto entry = registrations_.match(
      request.procedure, [&](const registration& r) { return is_served(r, request.procedure); });
  if (!entry)
    return out_.deliver(
        from, refuse(request, uris::no_such_procedure, "nobody serves " + request.procedure));
  auto options = call_options::from(request.options);
  if ((*decided)->disclose && disclose_callers_ != disclosure::never)
    options.disclose_me = true;
  if (policy_)
    return call_by_policy(from, *entry, std::move(options), std::move(request));
  const auto to = next_callee(*entry, request.procedure, options);
  send_call(from, *entry, to, options, std::move(request));
}

/// Whose turn it is, or nullptr: nobody has room who may serve it.
const callee* dealer::choose(
    registration& entry, std::string_view procedure, const call_options& options,
    const session_set* refused_by) {
  return entry.choose(random_, options.rkey, [&](const callee& c) {
    return !(refused_by && refused_by->contains(c.session->id)) && may_serve(entry, c, procedure);
  });
}

/// The same, but whoever waits already comes first.
const callee*
dealer::next_callee(registration& entry, std::string_view procedure, const call_options& options) {
  return entry.waiting.empty() ? choose(entry, procedure, options) : nullptr;
}

/// To this callee, if it can have it now.
void dealer::send_call(
    const session_ref& from, registration& entry, const callee* to, const call_options& options,
    wamp::call&& request) {
  if (!to || !is_plain(entry, *to, options))
    return call_with_terms(from, entry, to, options, std::move(request));
  auto opened =
      invocations_.open(from, request.request, to->session, may_progress(*to->session, options));
  if (!opened)
    return out_.deliver(from, refuse(request, refusal_for(opened.error())));
  out_.deliver(
      to->session,
      invocation{
          *opened, entry.id, details_.of(*from, options, request.procedure, entry, *to),
          std::move(request.args)});
}

void dealer::call_by_policy(
    const session_ref& from, const registration& entry, call_options options, wamp::call&& what) {
  std::vector<registered_procedure> able;
  for (const auto& c : entry.callees)
    if (c.has_room() && may_serve(entry, c, what.procedure))
      able.push_back({entry.id, entry.match, entry.procedure, c.session, c.attributes});
  const auto request = std::make_shared<wamp::call>(std::move(what));
  undecided_.ask<selection>(
      from->id, [&](auto decide) { policy_->select(*request, able, from, std::move(decide)); },
      [=, this, id = entry.id, options = std::move(options)](decision<selection> decided) mutable {
        if (!decided)
          return out_.deliver(from, refuse(*request, decided.error().uri, decided.error().text));
        for (const auto& detail : decided->details)
          options.details.set(detail.key, detail.value);
        call_selected(from, id, decided->callee, options, std::move(*request));
      });
}

/// Registration and callee may have gone since.
void dealer::call_selected(
    const session_ref& from, registration_id id, session_id selected, const call_options& options,
    wamp::call&& request) {
  const auto entry = registrations_.find(id);
  if (!entry)
    return out_.deliver(
        from, refuse(request, uris::no_such_procedure, "nobody serves " + request.procedure));
  if (selected == session_id{}) {
    const auto to = next_callee(*entry, request.procedure, options);
    return send_call(from, *entry, to, options, std::move(request));
  }
  const auto to = entry->find(selected);
  if (!to || !may_serve(*entry, *to, request.procedure))
    return out_.deliver(
        from, refuse(request, uris::no_available_callee, "the callee that was selected has left"));
  send_call(from, *entry, to->has_room() ? to : nullptr, options, std::move(request));
}

void dealer::call_meta(meta_owner owner, const session_ref& from, wamp::call&& request) {
  if (owner == meta_owner::dealer)
    out_.deliver(from, registration_meta_.answer(request));
  else
    rest_.pass_on(owner, from, std::move(request));
}

void dealer::call_with_terms(
    const session_ref& from, registration& entry, const callee* to, const call_options& options,
    wamp::call&& request) {
  if (!to && entry.waiting.size() >= max_waiting_)
    return out_.deliver(
        from, refuse(request, uris::unavailable, "too many calls wait for " + entry.procedure));
  const auto weight = weight_of(request);
  auto terms = std::make_shared<call_terms>();
  terms->registration = entry.id;
  terms->procedure = std::move(request.procedure);
  terms->options = options;
  terms->parts.push_back(std::move(request.args));
  terms->takes_more = options.progress;
  auto opened = invocations_.open_with(std::move(terms), from, request.request);
  if (!opened)
    return out_.deliver(from, refuse(request, refusal_for(opened.error())));
  if (!invocations_.set_kept(*opened, text_bytes(*opened->terms) + (to ? 0 : weight)))
    return end_call(*opened, uris::unavailable, "too much is kept of this caller's calls");
  if (to)
    return hand_to(*to, entry, *opened);
  if (options.timeout.count() > 0)
    start_timer(*opened);
  opened->terms->ticket = ++last_ticket_;
  entry.waiting.emplace(opened->terms->ticket, opened->key());
  serve_waiting(entry); // those before it may wait for another node
}

/// Those who wait, in order, while somebody has room: who has it may not be the one for all.
void dealer::serve_waiting(registration& entry) {
  for (auto next = entry.waiting.begin(); next != entry.waiting.end() && entry.has_room();) {
    const auto call = invocations_.made(next->second.caller, next->second.call);
    if (!call) { // its caller is just leaving
      next = entry.waiting.erase(next);
      continue;
    }
    auto& terms = *call->terms;
    const auto to = choose(entry, terms.procedure, terms.options);
    if (!to && is_served(entry, terms.procedure)) {
      ++next;
      continue;
    }
    next = entry.waiting.erase(next);
    terms.ticket = 0;
    if (to)
      hand_to(*to, entry, *call);
    else
      end_call(*call, uris::no_such_procedure, "nobody serves " + terms.procedure);
  }
}

/// Its last callee is gone.
void dealer::fail_waiting(const registration& gone) {
  for (const auto& [ticket, key] : gone.waiting)
    if (auto entry = invocations_.made(key.caller, key.call))
      end_call(*entry, uris::canceled, "nobody serves " + gone.procedure + " any more");
}

void dealer::hand_to(const callee& to, const registration& entry, const pending_call& call) {
  auto& terms = *call.terms;
  if (auto lacks = missing_feature(*to.session, terms.options))
    return end_call(call, uris::feature_not_supported, *lacks);
  terms.work = to.work;
  if (terms.work)
    ++terms.work->calls;
  if (terms.timed && forwards_timeout(to))
    stop_timer(call);
  else if (!terms.timed && terms.options.timeout.count() > 0 && !forwards_timeout(to))
    start_timer(call);
  terms.details = details_.of(*call.caller, terms.options, terms.procedure, entry, to);
  const auto id = invocations_.hand_to(call, to.session, may_progress(*to.session, terms.options));
  for (std::size_t i = 0; i < terms.parts.size(); ++i) {
    const bool is_last = i + 1 == terms.parts.size() && !terms.takes_more;
    send_part(to.session, id, terms, payload{terms.parts[i]}, is_last);
  }
  auto bytes = text_bytes(terms);
  for (const auto& part : terms.parts)
    bytes += part.size();
  if (!may_be_rerouted(entry, to) || !invocations_.set_kept(call, bytes))
    drop_parts(call);
}

void dealer::send_part(
    const session_ref& to, invocation_id id, const call_terms& terms, payload&& args,
    bool is_last) {
  auto details = terms.details;
  if (!is_last)
    details.set("progress", true);
  out_.deliver(to, invocation{id, terms.registration, std::move(details), std::move(args)});
}

/// Nothing of the arguments will be sent again, nor, behind the last part, what describes them.
void dealer::drop_parts(const pending_call& call) {
  auto& terms = *call.terms;
  terms.parts.clear();
  if (!terms.takes_more) {
    terms.procedure.clear();
    terms.options.details = {};
    terms.details = {};
  }
  invocations_.set_kept(call, text_bytes(terms));
}

/// A part of what is over, or was never begun, is late: it crossed the answer.
void dealer::continue_call(const session_ref& from, wamp::call&& part) {
  const auto open = invocations_.made(from->id, part.request);
  if (!open || !open->terms)
    return;
  auto& terms = *open->terms;
  if (!terms.takes_more || terms.procedure != part.procedure)
    return;
  if (terms.options.is_passed_through && !part.args.is_one_binary())
    return give_up(*open, {uris::invalid_argument, not_one_binary});
  terms.takes_more = flag(part.options, "progress"); // its other options are void
  if (open->callee) {
    send_part(open->callee, open->invocation, terms, std::move(part.args), !terms.takes_more);
    return drop_parts(*open); // what was sent in part is not sent elsewhere
  }
  if (!invocations_.set_kept(*open, terms.kept_bytes + weight_of(part)))
    return end_call(*open, uris::unavailable, "too much is kept of this caller's calls");
  terms.parts.push_back(std::move(part.args));
}

void dealer::cancel(const session_ref& from, const wamp::cancel& request) {
  auto mode = mode_of(request);
  if (!mode)
    return out_.deliver(from, refuse(request, uris::invalid_argument, "unknown cancel mode"));
  auto entry = invocations_.made(from->id, request.request);
  if (!entry)
    return; // answered already: the CANCEL and the answer crossed
  if (!entry->can_be_interrupted())
    mode = cancel_mode::skip;
  if (mode != cancel_mode::skip)
    interrupt_callee(*entry, *mode);
  if (mode != cancel_mode::kill)
    return end_call(*entry, uris::canceled);
  if (entry->terms)
    drop_parts(*entry); // nobody else shall begin with it
}

void dealer::interrupt_callee(const pending_call& entry, cancel_mode mode) {
  out_.deliver(entry.callee, interrupt{entry.invocation, dict{{"mode", value{name_of(mode)}}}});
}

} // namespace wamp
