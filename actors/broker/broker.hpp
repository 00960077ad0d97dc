// What a realm's broker decides: who is subscribed, who receives a publication, what is answered.
// Plain C++: the broker actor hands each message in and carries out what comes back through its
// outbox. Not thread-safe. Spec: "Publish and Subscribe" (basic profile).
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/broker/subscription_table.hpp>
#include <wamp/actors/realm_settings.hpp>
#include <wamp/actors/session/outbox.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>

#include <optional>

namespace wamp {

class broker {
public:
  broker(const realm_settings& settings, outbox& out);

  void subscribe(const session_ref& from, const wamp::subscribe& request);
  void unsubscribe(const session_ref& from, const wamp::unsubscribe& request);
  void publish(const session_ref& from, wamp::publish&& request);
  /// Forgets the session: it receives nothing from here on.
  void session_left(session_id id);

  const subscription_table& subscriptions() const noexcept { return subscriptions_; }

private:
  std::optional<refusal> check(const session_info& from, const wamp::subscribe& request) const;
  /// `match`: who has subscribed to the topic, if somebody has.
  std::optional<refusal>
  check(const session_info& from, const wamp::publish& request, const subscription* match) const;
  bool may(const session_info& from, action what, std::string_view topic) const {
    return !authorize_ || authorize_(from, what, topic);
  }
  void send_events(
      const session_ref& from, wamp::publish&& request, publication_id publication,
      const subscription& to);

  uri_rules uri_rules_;
  authorizer authorize_;
  random_source random_;
  outbox& out_;
  subscription_table subscriptions_;
};

} // namespace wamp
