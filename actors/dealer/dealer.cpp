#include <wamp/actors/answers.hpp>
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

namespace {

std::optional<match_policy> match_of(const wamp::register_& request) {
  const auto match = find<std::string>(request.options, "match");
  return match ? match_policy_named(*match) : match_policy::exact;
}

std::optional<invoke_policy> policy_of(const wamp::register_& request) {
  auto invoke = find<std::string>(request.options, "invoke");
  return invoke ? invoke_policy_named(*invoke) : invoke_policy::single;
}

std::string in_quotes(std::string_view word) {
  return std::string{"\""}.append(word).append("\"");
}

} // namespace

dealer::dealer(const realm_settings& settings, outbox& out, alarm_clock& clock, meta_link& rest)
    : uri_rules_(settings.uris),
      authorize_(settings.authorize),
      details_(settings),
      disclose_callers_(settings.disclose_callers),
      random_(settings.random()),
      max_waiting_(settings.max_waiting_calls),
      wall_clock_(settings.wall_clock),
      out_(out),
      rest_(rest),
      invocations_(settings.max_pending_calls),
      timer_(clock) {}

std::optional<refusal>
dealer::check(const session_info& from, const wamp::register_& request) const {
  const auto match = match_of(request);
  if (!match)
    return refusal{uris::invalid_argument, "unknown match policy"};
  if (!policy_of(request))
    return refusal{uris::invalid_argument, "unknown invocation policy"};
  if (auto limit = find<std::int64_t>(request.options, "concurrency"); limit && *limit < 1)
    return refusal{uris::invalid_argument, "concurrency must be at least 1"};
  if (disclose_callers_ == disclosure::never && flag(request.options, "disclose_caller"))
    return refusal{uris::option_disallowed_disclose_me, "nobody learns here who has called"};
  if (!is_valid_pattern(request.procedure, *match, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid procedure: " + request.procedure};
  if (is_reserved_uri(request.procedure))
    return refusal{uris::invalid_uri, "only the router serves " + request.procedure};
  if (!may(from, action::register_, request.procedure))
    return refusal{uris::not_authorized, "may not register " + request.procedure};
  return std::nullopt;
}

std::optional<refusal>
dealer::check_sharing(const session_info& from, const wamp::register_& request) {
  const auto entry = registrations_.find(*match_of(request), request.procedure);
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
    if (auto present = registrations_.find(*match_of(request), request.procedure))
      revoke(present->id, "another callee takes its place");
  if (auto no = check_sharing(*from, request))
    return out_.deliver(from, refuse(request, std::move(*no)));
  callee who{
      from, flag(request.options, "disclose_caller"), flag(request.options, "forward_timeout")};
  if (auto limit = find<std::int64_t>(request.options, "concurrency"))
    who.work = std::make_shared<workload>(workload{static_cast<std::size_t>(*limit)});
  auto entry = registrations_.add(
      *match_of(request), request.procedure, *policy_of(request), std::move(who));
  if (!entry)
    return out_.deliver(
        from, refuse(request, uris::unavailable, "too many different forms of wildcard patterns"));
  out_.deliver(from, registered{request.request, entry->id});
  if (entry->callees.size() == 1) {
    entry->created = wall_clock_();
    tell_created(from->id, *entry);
  }
  tell(meta_topics::registered, from->id, entry->id);
  serve_waiting(*entry);
}

void dealer::unregister(const session_ref& from, const wamp::unregister& request) {
  const auto removed = registrations_.remove(from->id, request.registration);
  if (!removed.found)
    return out_.deliver(from, refuse(request, uris::no_such_registration));
  out_.deliver(from, unregistered{request.request, {}});
  tell_removed(from->id, removed);
  if (removed.last)
    fail_waiting(*removed.last);
}

// -- what the meta topics tell --

void dealer::tell(std::string_view topic, session_id who, registration_id what) {
  rest_.publish({topic, make_arguments(who.value(), what.value())});
}

void dealer::tell_created(session_id who, const registration& what) {
  rest_.publish(
      {meta_topics::registration_created, make_arguments(who.value(), description_of(what))});
}

void dealer::tell_removed(session_id who, const registration_table::removal& what) {
  tell(meta_topics::unregistered, who, what.id);
  if (what.last)
    tell(meta_topics::registration_deleted, who, what.id);
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
  for (const auto& c : gone->callees)
    tell(meta_topics::unregistered, c.session->id, id);
  tell(meta_topics::registration_deleted, gone->callees.back().session->id, id);
  fail_waiting(*gone);
  return true;
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
    if (entry.can_be_interrupted() && entry.callee->id != id)
      interrupt_callee(entry, cancel_mode::killnowait);
    settle(entry);
  }
  for (const auto& entry : gone) {
    tell_removed(id, entry);
    if (entry.last)
      fail_waiting(*entry.last);
  }
}

} // namespace wamp
