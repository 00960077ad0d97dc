#include <wamp/actors/answers.hpp>
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/actors/uri_index/match_option.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

namespace {

std::optional<invoke_policy> policy_of(const wamp::register_& request) {
  const auto invoke = find<std::string>(request.options, "invoke");
  return invoke ? invoke_policy_named(*invoke) : invoke_policy::single;
}

callee callee_of(const session_ref& session, const dict& options, dict attributes) {
  callee who{session, flag(options, "disclose_caller"), flag(options, "forward_timeout")};
  if (const auto limit = find<std::int64_t>(options, "concurrency"))
    who.work = std::make_shared<workload>(workload{static_cast<std::size_t>(*limit)});
  if (const auto nkey = find<std::string>(options, "nkey"))
    who.nkey = *nkey;
  who.attributes = std::move(attributes);
  return who;
}

std::string in_quotes(std::string_view word) {
  return std::string{"\""}.append(word).append("\"");
}

} // namespace

dealer::dealer(
    const realm_settings& settings, outbox& out, alarm_clock& clock, meta_link& rest,
    post_work post, turn_clock turns)
    : uri_rules_(settings.uris),
      policy_(settings.dealer),
      undecided_(std::move(post)),
      authorization_(
          settings.authorize, settings.authorization_timeout, &permit_places::at_dealer, undecided_,
          std::move(turns)),
      details_(settings),
      disclose_callers_(settings.disclose_callers),
      random_(settings.random()),
      max_waiting_(settings.max_waiting_calls),
      wall_clock_(settings.wall_clock),
      out_(out),
      rest_(rest),
      invocations_(settings.max_pending_calls),
      timer_(clock) {}

std::optional<refusal> dealer::check(const wamp::register_& request) const {
  const auto match = match_of(request.options);
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
  return std::nullopt;
}

std::optional<refusal>
dealer::check_sharing(const session_info& from, const wamp::register_& request) {
  const auto entry = registrations_.find(*match_of(request.options), request.procedure);
  if (!entry)
    return std::nullopt;
  if (entry->invoke != *policy_of(request))
    return refusal{
        uris::procedure_already_exists,
        request.procedure + " is registered with invoke " + in_quotes(name_of(entry->invoke))};
  if (entry->invoke == invoke_policy::single)
    return refusal{uris::procedure_already_exists, request.procedure + " has its one callee"};
  if (entry->find(from.id)) // which of the two would an UNREGISTER mean?
    return refusal{
        uris::procedure_already_exists, "this session serves " + request.procedure + " already"};
  return std::nullopt;
}

void dealer::register_(const session_ref& from, const wamp::register_& request, verdict decided) {
  if (auto no = check(request))
    return out_.deliver(from, refuse(request, *no));
  const attempt wanted{action::register_, request.procedure, *match_of(request.options)};
  if (!decided)
    decided = authorization_.find(*from, wanted);
  if (!decided)
    return authorization_.ask(
        from, wanted, request, [this](auto& who, auto& r, auto& d) { register_(who, r, d); });
  if (auto no = authorization::refusal_of(wanted, *decided))
    return out_.deliver(from, refuse(request, *no));
  if (!policy_)
    return add(from, request, {});
  undecided_.ask<dict>(
      from->id, [&](auto decide) { policy_->register_(request, from, std::move(decide)); },
      [=, this](decision<dict> d) {
        if (d)
          add(from, request, std::move(*d));
        else
          out_.deliver(from, refuse(request, d.error().uri, d.error().text));
      });
}

void dealer::add(const session_ref& from, const wamp::register_& request, dict attributes) {
  const auto match = *match_of(request.options);
  if (flag(request.options, "force_reregister"))
    if (const auto present = registrations_.find(match, request.procedure))
      revoke(present->id, uris::taken_over);
  if (auto no = check_sharing(*from, request))
    return out_.deliver(from, refuse(request, *no));
  const auto entry = registrations_.add(
      match, request.procedure, *policy_of(request),
      callee_of(from, request.options, std::move(attributes)));
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
  if (!removed)
    return out_.deliver(from, refuse(request, uris::no_such_registration));
  out_.deliver(from, unregistered{request.request, {}});
  tell_removed(*removed);
  if (removed->last)
    fail_waiting(*removed->last);
}

// -- what the meta topics tell --

void dealer::tell(std::string_view topic, session_id who, registration_id what) {
  rest_.publish({topic, make_arguments(who.value(), what.value())});
}

void dealer::tell_created(session_id who, const registration& what) {
  rest_.publish(
      {meta_topics::registration_created, make_arguments(who.value(), description_of(what))});
}

void dealer::tell_removed(const registration_table::removal& what) {
  const auto who = what.who.session->id;
  tell(meta_topics::unregistered, who, what.id);
  if (what.last)
    tell(meta_topics::registration_deleted, who, what.id);
  if (policy_)
    policy_->unregistered(
        {what.id, what.match, what.procedure, what.who.session, what.who.attributes});
}

bool dealer::revoke(registration_id id, std::string_view reason) {
  const auto removed = registrations_.remove_all(id);
  for (const auto& r : removed)
    tell_revoked(r, reason);
  for (const auto& r : removed)
    tell_removed(r);
  if (!removed.empty())
    fail_waiting(*removed.back().last);
  return !removed.empty();
}

void dealer::tell_revoked(const registration_table::removal& what, std::string_view reason) {
  if (what.who.session->features.callee_registration_revocation)
    out_.deliver(
        what.who.session,
        unregistered{{}, dict{{"registration", what.id.value()}, {"reason", value{reason}}}});
}

void dealer::decide_by(std::shared_ptr<authorizer> by) {
  authorization_.decide_by(std::move(by));
  std::vector<std::pair<session_id, registration_id>> lost;
  registrations_.for_each([&](const registration& r) {
    for (const auto& to : r.callees)
      if (!authorization_.may(*to.session, {action::register_, r.procedure, r.match}, true))
        lost.emplace_back(to.session->id, r.id);
  });
  for (const auto& [who, id] : lost) {
    const auto removed = registrations_.remove(who, id);
    tell_revoked(*removed, uris::not_authorized);
    tell_removed(*removed);
    if (removed->last)
      fail_waiting(*removed->last);
  }
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
    tell_removed(entry);
    if (entry.last)
      fail_waiting(*entry.last);
  }
}

} // namespace wamp
