#include <wamp/actors/answers.hpp>
#include <wamp/actors/broker/broker.hpp>
#include <wamp/actors/payload_passthru.hpp>
#include <wamp/actors/shard.hpp>
#include <wamp/actors/uri_index/match_option.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

namespace {

dict with_retained(dict details) {
  details.set("retained", true);
  return details;
}

event_ref event_of(const publication& what, const subscription& to, dict&& details) {
  if (to.match != match_policy::exact)
    details.set("topic", what.topic);
  return std::make_shared<const shared_event>(
      wamp::event{to.id, what.id, std::move(details), what.args});
}

event_ref event_of(const publication& what, const subscription& to) {
  return event_of(what, to, dict{what.details});
}

/// Nothing, of most.
std::shared_ptr<const subscriber_terms> terms_of(const wamp::subscribe& request, dict attributes) {
  const auto nkey = find<std::string>(request.options, "nkey");
  if (!nkey && attributes.empty())
    return nullptr;
  return std::make_shared<const subscriber_terms>(
      subscriber_terms{nkey ? *nkey : std::string{}, std::move(attributes)});
}

/// The node that the resource belongs to, of those that hear of it; nullptr: there is none.
template <class Hears>
const std::string* node_of(const std::string& resource, const subscription& to, Hears hears) {
  const std::string* best = nullptr;
  std::uint64_t most = 0;
  for (const auto& s : to.subscribers) {
    if (!s.has_node() || !hears(s))
      continue;
    const auto here = affinity(resource, s.terms->nkey);
    if (best && here <= most)
      continue;
    best = &s.terms->nkey;
    most = here;
  }
  return best;
}

} // namespace

broker::broker(const realm_settings& settings, outbox& out, post_work post, turn_clock clock)
    : uri_rules_(settings.uris),
      disclose_publishers_(settings.disclose_publishers),
      trustlevel_(settings.trustlevel),
      policy_(settings.broker),
      undecided_(post),
      authorization_(
          settings.authorize, settings.authorization_timeout, &permit_places::at_broker, undecided_,
          std::move(clock)),
      random_(settings.random()),
      out_(out),
      wall_clock_(settings.wall_clock),
      store_(settings.make_event_store(
          [this, post = std::move(post)] { post({}, [this] { store_->call_back(); }); })) {
  for (const auto& topic : settings.event_history)
    if (auto* kept = subscriptions_.keep(topic.match, topic.uri)) {
      kept->created = wall_clock_();
      store_->open_history(kept->id, topic);
      has_history_ = true;
    }
  serve_meta();
}

std::optional<refusal> broker::check(const wamp::publish& request, bool is_subscribed_to) const {
  // What somebody has subscribed to was checked then.
  if (!is_subscribed_to && !is_valid_uri(request.topic, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid topic: " + request.topic};
  if (is_reserved_uri(request.topic))
    return refusal{uris::invalid_uri, "only the router publishes to " + request.topic};
  if (is_passed_through(request.options) && !request.args.is_one_binary())
    return refusal{uris::invalid_argument, "with ppt_scheme, the arguments must be one binary"};
  if (disclose_publishers_ == disclosure::never && flag(request.options, "disclose_me"))
    return refusal{uris::option_disallowed_disclose_me, "nobody learns here who has published"};
  return std::nullopt;
}

void broker::subscribe(const session_ref& from, const wamp::subscribe& request, verdict decided) {
  const auto match = match_of(request.options);
  if (!match)
    return out_.deliver(from, refuse(request, uris::invalid_argument, "unknown match policy"));
  if (!is_valid_pattern(request.topic, *match, uri_rules_))
    return out_.deliver(
        from, refuse(request, uris::invalid_uri, "not a valid topic: " + request.topic));
  const attempt wanted{action::subscribe, request.topic, *match};
  if (!decided)
    decided = authorization_.find(*from, wanted);
  if (!decided)
    return authorization_.ask(
        from, wanted, request, [this](auto& who, auto& r, auto& d) { subscribe(who, r, d); });
  if (auto no = authorization::refusal_of(wanted, *decided))
    return out_.deliver(from, refuse(request, *no));
  if (!policy_)
    return add(from, request, {});
  undecided_.ask<dict>(
      from->id, [&](auto decide) { policy_->subscribe(request, from, std::move(decide)); },
      [=, this](decision<dict> d) {
        if (d)
          add(from, request, std::move(*d));
        else
          out_.deliver(from, refuse(request, d.error().uri, d.error().text));
      });
}

void broker::add(const session_ref& who, const wamp::subscribe& request, dict attributes) {
  const auto added = subscriptions_.add(
      {who, terms_of(request, std::move(attributes))}, *match_of(request.options), request.topic);
  if (!added.to)
    return out_.deliver(
        who, refuse(request, uris::unavailable, "too many different forms of wildcard patterns"));
  out_.deliver(who, subscribed{request.request, added.to->id});
  if (added.is_first)
    tell_created(who->id, *added.to);
  if (added.is_new)
    tell(meta_topics::subscribed, who->id, added.to->id);
  if (flag(request.options, "get_retained"))
    send_retained(who, *added.to);
}

void broker::unsubscribe(const session_ref& from, const wamp::unsubscribe& request) {
  const auto removed = subscriptions_.remove(from->id, request.subscription);
  if (!removed)
    return out_.deliver(from, refuse(request, uris::no_such_subscription));
  out_.deliver(from, unsubscribed{request.request, {}});
  tell_removed(*removed);
}

void broker::publish(const session_ref& from, wamp::publish&& request, verdict decided) {
  const auto exact = subscriptions_.exact(request.topic);
  const attempt wanted{action::publish, request.topic};
  auto no = check(request, exact != nullptr);
  if (!no && !decided)
    decided = authorization_.find(*from, wanted);
  if (!no && !decided)
    return authorization_.ask(
        from, wanted, std::move(request),
        [this](auto& who, auto& r, auto& d) { publish(who, std::move(r), d); });
  if (!no)
    no = authorization::refusal_of(wanted, *decided);
  if (no) {
    // Without `acknowledge` the publisher hears nothing at all, not even this.
    if (flag(request.options, "acknowledge"))
      out_.deliver(from, refuse(request, *no));
    return;
  }
  auto details = details_of(*from, request, **decided);
  publication made{
      random_id<publication_id>(random_), from->id,           std::move(request.options),
      std::move(request.topic),           std::move(details), std::move(request.args)};
  if (policy_)
    return publish_by_policy(from, request.request, std::move(made));
  carry_out(from, request.request, made, [&] {
    const audience admitted{made.publisher, made.options};
    if (exact)
      send_event(made, *exact, admitted);
    subscriptions_.for_each_pattern(
        made.topic, [&](const subscription& to) { send_event(made, to, admitted); });
  });
}

void broker::publish_by_policy(const session_ref& from, request_id request, publication&& what) {
  const auto made = std::make_shared<const publication>(std::move(what));
  using receivers = std::vector<subscribed_session>;
  undecided_.ask<receivers>(
      from->id,
      [&](auto decide) { policy_->publish(*made, from, receivers_of(*made), std::move(decide)); },
      [=, this](const decision<receivers>& decided) {
        if (decided) {
          carry_out(from, request, *made, [&] { send_events(*made, *decided); });
        } else if (flag(made->options, "acknowledge")) {
          const auto& no = decided.error();
          out_.deliver(from, error_with_text(message_code::publish, request, no.uri, no.text));
        }
      });
}

/// A publication that nobody objects to: `send` sends its events, and it is kept and answered as
/// the publisher wants it.
template <class Send>
void broker::carry_out(
    const session_ref& from, request_id request, const publication& what, Send send) {
  const auto acknowledge = flag(what.options, "acknowledge");
  keeping where{flag(what.options, "retain")};
  if (has_history_)
    where.histories = histories_of(what);
  const bool is_kept = !where.empty();
  // Nobody hears of what is refused. Who wants no answer is not refused: it is heard, and not kept.
  if (is_kept && !keep(what, where, acknowledge ? from : nullptr, request) && acknowledge)
    return out_.deliver(
        from, error_with_text(
                  message_code::publish, request, uris::unavailable,
                  "too many events wait to be stored"));
  send();
  if (acknowledge && !is_kept)
    out_.deliver(from, published{request, what.id});
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

dict broker::details_of(
    const session_info& publisher, const wamp::publish& request, const permit& allowed) const {
  dict details;
  const bool is_wanted = allowed.disclose || flag(request.options, "disclose_me");
  if (disclose_publishers_ == disclosure::always
      || (is_wanted && disclose_publishers_ != disclosure::never)) {
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

/// `visit(const subscriber&)` for each subscriber to this who receives the publication.
template <class Visit>
void broker::for_each_receiver(
    const publication& what, const subscription& to, const audience& admitted, Visit visit) {
  const auto hears = [&](const subscriber& s) {
    return admitted.admits(*s.session) && may_hear(*s.session, to, what.topic);
  };
  const auto* node = admitted.resource() ? node_of(*admitted.resource(), to, hears) : nullptr;
  for (const auto& s : to.subscribers)
    if (hears(s) && (!node || !s.has_node() || s.terms->nkey == *node))
      visit(s);
}

void broker::send_event(const publication& what, const subscription& to, const audience& admitted) {
  const auto event = event_of(what, to);
  for_each_receiver(
      what, to, admitted, [&](const subscriber& s) { out_.deliver(s.session, event); });
}

std::vector<subscribed_session> broker::receivers_of(const publication& what) {
  const audience admitted{what.publisher, what.options};
  std::vector<subscribed_session> all;
  subscriptions_.for_each_match(what.topic, [&](const subscription& to) {
    for_each_receiver(what, to, admitted, [&](const subscriber& s) {
      all.push_back({to.id, to.match, to.topic, s.session, s.attributes()});
    });
  });
  return all;
}

/// To those who are still subscribed so.
void broker::send_events(const publication& what, const std::vector<subscribed_session>& to) {
  std::unordered_map<subscription_id, event_ref> events;
  for (const auto& receiver : to)
    if (const auto* still = subscriptions_.find(receiver.session->id, receiver.subscription)) {
      auto& event = events[still->id];
      if (!event)
        event = event_of(what, *still);
      out_.deliver(receiver.session, event);
    }
}

// Nobody hears by a pattern what they may not hear by its name, as far as that is known.
bool broker::may_hear(const session_info& who, const subscription& by, std::string_view topic) {
  return by.match == match_policy::exact
         || authorization_.may(who, {action::subscribe, topic}, true);
}

bool broker::may_see_past(const session_info& who, const subscription& of) {
  return authorization_.may(
      who, {action::subscribe, of.topic, of.match}, subscriptions_.find(who.id, of.id) != nullptr);
}

bool broker::revoke(subscription_id id, std::string_view reason) {
  const auto removed = subscriptions_.remove_all(id);
  for (const auto& r : removed)
    tell_revoked(r, reason);
  for (const auto& r : removed)
    tell_removed(r);
  return !removed.empty();
}

void broker::tell_revoked(const subscription_table::removal& what, std::string_view reason) {
  if (what.who.session->features.subscriber_revocation)
    out_.deliver(
        what.who.session,
        unsubscribed{{}, dict{{"subscription", what.id.value()}, {"reason", value{reason}}}});
}

void broker::decide_by(std::shared_ptr<authorizer> by) {
  authorization_.decide_by(std::move(by));
  std::vector<std::pair<session_id, subscription_id>> lost;
  subscriptions_.for_each([&](const subscription& s) {
    for (const auto& who : s.subscribers)
      if (!authorization_.may(*who.session, {action::subscribe, s.topic, s.match}, true))
        lost.emplace_back(who.session->id, s.id);
  });
  for (const auto& [who, id] : lost) {
    const auto removed = subscriptions_.remove(who, id);
    tell_revoked(*removed, uris::not_authorized);
    tell_removed(*removed);
  }
}

void broker::session_left(session_id id) {
  for (const auto& removed : subscriptions_.remove_session(id))
    tell_removed(removed);
  std::erase_if(waiting_, [=](auto& waits) { return waits.second.from->id == id; });
  auto left = testaments_.take(id);
  for (auto& p : left.publications)
    publish(left.session, std::move(p));
}

} // namespace wamp
