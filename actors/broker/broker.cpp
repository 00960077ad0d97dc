#include <wamp/actors/answers.hpp>
#include <wamp/actors/broker/broker.hpp>
#include <wamp/actors/payload_passthru.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

namespace {

std::optional<match_policy> match_of(const dict& options) {
  const auto name = find<std::string>(options, "match");
  return name ? match_policy_named(*name) : match_policy::exact;
}

dict with_retained(dict details) {
  details.set("retained", true);
  return details;
}

event_ref event_of(const publication& what, const subscription& to, dict details) {
  if (to.match != match_policy::exact)
    details.set("topic", what.topic);
  return std::make_shared<const shared_event>(
      wamp::event{to.id, what.id, std::move(details), what.args});
}

} // namespace

broker::broker(const realm_settings& settings, outbox& out, std::function<void()> ask_for_turn)
    : uri_rules_(settings.uris),
      disclose_publishers_(settings.disclose_publishers),
      trustlevel_(settings.trustlevel),
      authorize_(settings.authorize),
      random_(settings.random()),
      out_(out),
      wall_clock_(settings.wall_clock),
      store_(settings.make_event_store(std::move(ask_for_turn))) {
  for (const auto& topic : settings.event_history)
    if (auto* kept = subscriptions_.keep(topic.match, topic.uri)) {
      kept->created = wall_clock_();
      store_->open_history(kept->id, topic);
      has_history_ = true;
    }
  serve_meta();
}

std::optional<refusal>
broker::check(const session_info& from, match_policy match, const wamp::subscribe& request) const {
  if (!is_valid_pattern(request.topic, match, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid topic: " + request.topic};
  if (!may(from, action::subscribe, request.topic))
    return refusal{uris::not_authorized, "may not subscribe to " + request.topic};
  return std::nullopt;
}

std::optional<refusal>
broker::check(const session_info& from, const wamp::publish& request, bool is_subscribed_to) const {
  // What somebody has subscribed to was checked then.
  if (!is_subscribed_to && !is_valid_uri(request.topic, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid topic: " + request.topic};
  if (is_reserved_uri(request.topic))
    return refusal{uris::invalid_uri, "only the router publishes to " + request.topic};
  if (is_passed_through(request.options) && !request.args.is_one_binary())
    return refusal{uris::invalid_argument, "with ppt_scheme, the arguments must be one binary"};
  if (disclose_publishers_ == disclosure::never && flag(request.options, "disclose_me"))
    return refusal{uris::option_disallowed_disclose_me, "nobody learns here who has published"};
  if (!may(from, action::publish, request.topic))
    return refusal{uris::not_authorized, "may not publish to " + request.topic};
  return std::nullopt;
}

void broker::subscribe(const session_ref& from, const wamp::subscribe& request) {
  const auto match = match_of(request.options);
  if (!match)
    return out_.deliver(from, refuse(request, uris::option_not_allowed, "unknown match policy"));
  if (auto no = check(*from, *match, request))
    return out_.deliver(from, refuse(request, *no));
  const auto added = subscriptions_.add(from, *match, request.topic);
  if (!added.to)
    return out_.deliver(
        from, refuse(request, uris::unavailable, "too many different forms of wildcard patterns"));
  out_.deliver(from, subscribed{request.request, added.to->id});
  if (added.is_first)
    tell_created(from->id, *added.to);
  if (added.is_new)
    tell(meta_topics::subscribed, from->id, added.to->id);
  if (flag(request.options, "get_retained"))
    send_retained(from, *added.to);
}

void broker::unsubscribe(const session_ref& from, const wamp::unsubscribe& request) {
  const auto removed = subscriptions_.remove(from->id, request.subscription);
  if (!removed.found)
    return out_.deliver(from, refuse(request, uris::no_such_subscription));
  out_.deliver(from, unsubscribed{request.request, {}});
  tell_removed(from->id, removed);
}

void broker::publish(const session_ref& from, wamp::publish&& request) {
  const auto acknowledge = flag(request.options, "acknowledge");
  const auto exact = subscriptions_.exact(request.topic);
  if (auto no = check(*from, request, exact != nullptr)) {
    // Without `acknowledge` the publisher hears nothing at all, not even this.
    if (acknowledge)
      out_.deliver(from, refuse(request, *no));
    return;
  }
  auto details = details_of(*from, request);
  const publication made{
      random_id<publication_id>(random_), from->id,           std::move(request.options),
      std::move(request.topic),           std::move(details), std::move(request.args)};
  keeping where{flag(made.options, "retain")};
  if (has_history_)
    where.histories = histories_of(made, exact);
  const bool is_kept = !where.empty();
  // Nobody hears of what is refused. Who wants no answer is not refused: it is heard, and not kept.
  if (is_kept && !keep(made, where, acknowledge ? from : nullptr, request.request) && acknowledge)
    return out_.deliver(
        from, refuse(request, uris::unavailable, "too many events wait to be stored"));
  const audience receivers{made.publisher, made.options};
  if (exact)
    send_event(made, *exact, receivers);
  subscriptions_.for_each_pattern(
      made.topic, [&](const subscription& to) { send_event(made, to, receivers); });
  if (acknowledge && !is_kept)
    out_.deliver(from, published{request.request, made.id});
}

bool broker::keep(
    const publication& what, const keeping& where, const session_ref& waits, request_id request) {
  const auto ticket = waits ? wait(waits, request) : 0;
  const auto done = [this, ticket, id = what.id](bool is_kept) { on_kept(ticket, id, is_kept); };
  const bool is_taken = store_->keep(what, where, wall_clock_(), done);
  if (!is_taken)
    waiting_.erase(ticket);
  return is_taken;
}

void broker::on_kept(std::uint64_t ticket, publication_id id, bool is_kept) {
  const auto waits = take_waiting(ticket);
  if (!waits)
    return;
  if (is_kept)
    out_.deliver(waits->from, published{waits->request, id});
  else
    out_.deliver(
        waits->from, error_with_text(
                         message_code::publish, waits->request, uris::unavailable,
                         "the event was published, but could not be stored"));
}

std::uint64_t broker::wait(const session_ref& from, request_id request) {
  waiting_.emplace(++last_ticket_, waiting_request{from, request});
  return last_ticket_;
}

// Nothing: there is no answer to give, or nobody to give it to any more.
std::optional<broker::waiting_request> broker::take_waiting(std::uint64_t ticket) {
  const auto found = waiting_.extract(ticket);
  if (!found)
    return std::nullopt;
  return std::move(found.mapped());
}

void broker::send_retained(const session_ref& to, const subscription& through) {
  const auto send_all = [this, to, id = through.id](const std::vector<publication>& found) {
    const auto still = subscriptions_.find(to->id, id);
    for (auto& p : found)
      if (still && may_hear(*to, *still, p.topic))
        out_.deliver(to, event_of(p, *still, with_retained(p.details)));
  };
  store_->find_retained(through.match, through.topic, *to, send_all);
}

dict broker::details_of(const session_info& publisher, const wamp::publish& request) const {
  dict details;
  if (disclose_publishers_ == disclosure::always || flag(request.options, "disclose_me")) {
    details.set("publisher", publisher.id.value());
    details.set("publisher_authid", publisher.identity.authid);
    details.set("publisher_authrole", publisher.identity.authrole);
  }
  if (trustlevel_)
    if (const auto level = trustlevel_(publisher, action::publish, request.topic))
      details.set("trustlevel", *level);
  if (is_passed_through(request.options))
    pass_attributes_on(request.options, details);
  return details;
}

void broker::send_event(
    const publication& what, const subscription& to, const audience& receivers) {
  const auto event = event_of(what, to, what.details);
  for (auto& subscriber : to.subscribers)
    if (receivers.admits(*subscriber) && may_hear(*subscriber, to, what.topic))
      out_.deliver(subscriber, event);
}

// Nobody hears by a pattern what they may not hear by its name.
bool broker::may_hear(
    const session_info& who, const subscription& by, std::string_view topic) const {
  return by.match == match_policy::exact || may(who, action::subscribe, topic);
}

bool broker::revoke(subscription_id id, std::string_view reason) {
  const auto subscribers = subscriptions_.remove_all(id);
  for (auto& who : subscribers)
    if (who->features.subscriber_revocation)
      out_.deliver(
          who, unsubscribed{{}, dict{{"subscription", id.value()}, {"reason", value{reason}}}});
  for (auto& who : subscribers)
    tell_removed(who->id, {true, &who == &subscribers.back() && !subscriptions_.find(id), id});
  return !subscribers.empty();
}

void broker::session_left(session_id id) {
  for (const auto& removed : subscriptions_.remove_session(id))
    tell_removed(id, removed);
  std::erase_if(waiting_, [=](auto& waits) { return waits.second.from->id == id; });
  auto left = testaments_.take(id);
  for (auto& p : left.publications)
    publish(left.session, std::move(p));
}

} // namespace wamp
