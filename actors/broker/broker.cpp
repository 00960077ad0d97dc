#include <wamp/actors/answers.hpp>
#include <wamp/actors/broker/audience.hpp>
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

broker::broker(const realm_settings& settings, outbox& out)
    : uri_rules_(settings.uris),
      authorize_(settings.authorize),
      random_(settings.random()),
      out_(out) {}

std::optional<refusal>
broker::check(const session_info& from, const wamp::subscribe& request) const {
  if (auto match = find<std::string>(request.options, "match"); match && *match != "exact")
    return refusal{uris::option_not_allowed, "pattern-based subscription is not supported"};
  if (!is_valid_uri(request.topic, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid topic: " + request.topic};
  if (!may(from, action::subscribe, request.topic))
    return refusal{uris::not_authorized, "may not subscribe to " + request.topic};
  return std::nullopt;
}

std::optional<refusal> broker::check(
    const session_info& from, const wamp::publish& request, const subscription* match) const {
  // What somebody has subscribed to was checked then.
  if (!match && !is_valid_uri(request.topic, uri_rules_))
    return refusal{uris::invalid_uri, "not a valid topic: " + request.topic};
  if (is_reserved_uri(request.topic))
    return refusal{uris::invalid_uri, "only the router publishes to " + request.topic};
  if (find<std::string>(request.options, "ppt_scheme"))
    return refusal{uris::feature_not_supported, "payload passthru mode is not supported"};
  if (!may(from, action::publish, request.topic))
    return refusal{uris::not_authorized, "may not publish to " + request.topic};
  return std::nullopt;
}

void broker::subscribe(const session_ref& from, const wamp::subscribe& request) {
  if (auto no = check(*from, request))
    return out_.deliver(from, refuse(request, std::move(*no)));
  auto& entry = subscriptions_.add(from, request.topic);
  out_.deliver(from, subscribed{request.request, entry.id});
}

void broker::unsubscribe(const session_ref& from, const wamp::unsubscribe& request) {
  if (!subscriptions_.remove(from->id, request.subscription))
    return out_.deliver(from, refuse(request, uris::no_such_subscription));
  out_.deliver(from, unsubscribed{request.request, {}});
}

void broker::publish(const session_ref& from, wamp::publish&& request) {
  auto acknowledge = flag(request.options, "acknowledge");
  const auto match = subscriptions_.match(request.topic);
  if (auto no = check(*from, request, match)) {
    // Without `acknowledge` the publisher hears nothing at all, not even this.
    if (acknowledge)
      out_.deliver(from, refuse(request, std::move(*no)));
    return;
  }
  auto publication = random_id<publication_id>(random_);
  auto id = request.request;
  if (match)
    send_events(from, std::move(request), publication, *match);
  if (acknowledge)
    out_.deliver(from, published{id, publication});
}

void broker::send_events(
    const session_ref& from, wamp::publish&& request, publication_id publication,
    const subscription& to) {
  auto event = std::make_shared<const shared_event>(
      wamp::event{to.id, publication, {}, std::move(request.args)});
  auto receivers = audience{from->id, request.options};
  for (auto& subscriber : to.subscribers)
    if (receivers.admits(*subscriber))
      out_.deliver(subscriber, event);
}

void broker::session_left(session_id id) {
  subscriptions_.remove_session(id);
}

} // namespace wamp
