// The dealer's half that is on an answer's way to its caller.
#include <wamp/actors/answers.hpp>
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/actors/payload_passthru.hpp>
#include <wamp/serialization/uris.hpp>

#include <utility>

namespace wamp {

namespace {

dict details_of(const wamp::yield& answer, bool progress) {
  dict details;
  if (progress)
    details.set("progress", true);
  if (is_passed_through(answer.options))
    pass_attributes_on(answer.options, details);
  return details;
}

} // namespace

std::optional<refusal> dealer::check(const session_info& caller, const wamp::yield& answer) {
  if (!is_passed_through(answer.options))
    return std::nullopt;
  if (!caller.features.caller_payload_passthru)
    return refusal{uris::feature_not_supported, "the caller does not know payload passthru mode"};
  if (!answer.args.is_one_binary())
    return refusal{uris::invalid_argument, not_one_binary};
  return std::nullopt;
}

void dealer::yield(const session_ref& from, wamp::yield&& answer) {
  if (flag(answer.options, "progress"))
    return pass_progress_on(from, std::move(answer));
  auto closed = invocations_.close_served(from->id, answer.request);
  if (!closed)
    return;
  if (auto no = check(*closed->caller, answer))
    out_.deliver(
        closed->caller, error_with_text(message_code::call, closed->call, no->uri, no->text));
  else
    out_.deliver(
        closed->caller, result{closed->call, details_of(answer, false), std::move(answer.args)});
  settle(*closed);
}

/// Progress that the caller did not ask for is not for it: the final result is still to come.
void dealer::pass_progress_on(const session_ref& from, wamp::yield&& answer) {
  const auto open = invocations_.served(from->id, answer.request);
  if (!open || !open->receives_progress)
    return;
  if (auto no = check(*open->caller, answer))
    return give_up(*open, *no);
  out_.deliver(open->caller, result{open->call, details_of(answer, true), std::move(answer.args)});
  if (!open->terms)
    return;
  drop_parts(*open);
  if (open->terms->timed)
    start_timer(*open); // anew
}

void dealer::fail(const session_ref& from, wamp::error&& answer) {
  const invocation_id id{answer.request.value()};
  if (answer.uri == uris::unavailable && from->features.callee_call_reroute) {
    const auto call = invocations_.served(from->id, id);
    if (!call || reroute(*from, *call))
      return;
    answer.uri = uris::no_available_callee;
  }
  auto closed = invocations_.close_served(from->id, id);
  if (!closed)
    return;
  answer.request_type = message_code::call;
  answer.request = closed->call;
  out_.deliver(closed->caller, std::move(answer));
  settle(*closed);
}

/// False when there is nobody else, or no going back: the caller has a part of the result, or has
/// sent only a part of the arguments.
bool dealer::reroute(const session_info& from, const pending_call& call) {
  if (!call.terms || call.terms->parts.empty())
    return false;
  auto& terms = *call.terms;
  terms.refused_by.insert(from.id);
  const auto entry = registrations_.find(terms.registration);
  const auto to =
      entry ? choose(*entry, terms.procedure, terms.options, &terms.refused_by) : nullptr;
  if (!to)
    return false;
  const auto freed = std::exchange(terms.work, nullptr);
  hand_to(*to, *entry, call);
  if (freed) {
    --freed->calls;
    serve_waiting(*entry);
  }
  return true;
}

void dealer::alarm() {
  for (const auto& key : timer_.take_due()) {
    const auto entry = invocations_.made(key.caller, key.call);
    give_up(*entry, {uris::timeout, "no answer came in time"});
  }
}

void dealer::start_timer(const pending_call& call) {
  timer_.start(call.key(), call.terms->options.timeout);
  call.terms->timed = true;
}

void dealer::stop_timer(const pending_call& call) {
  timer_.stop(call.key());
  call.terms->timed = false;
}

/// Neither side goes on with it.
void dealer::give_up(const pending_call& call, const refusal& why) {
  if (call.can_be_interrupted())
    interrupt_callee(call, cancel_mode::killnowait);
  end_call(call, why.uri, why.text);
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
    stop_timer(closed);
  const auto entry = terms.work || terms.ticket ? registrations_.find(terms.registration) : nullptr;
  if (entry && terms.ticket)
    entry->waiting.erase(terms.ticket);
  if (!terms.work)
    return;
  --terms.work->calls;
  if (entry)
    serve_waiting(*entry);
}

} // namespace wamp
