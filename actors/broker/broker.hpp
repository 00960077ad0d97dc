// What a realm's broker decides: who is subscribed, who receives a publication, what is answered.
// Plain C++: the broker actor hands each message in and carries out what comes back through its
// outbox. Not thread-safe. Spec: "Publish and Subscribe" (basic profile), "Advanced PubSub".
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/broker/audience.hpp>
#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/broker/publication.hpp>
#include <wamp/actors/broker/subscription_table.hpp>
#include <wamp/actors/realm_settings.hpp>
#include <wamp/actors/session/outbox.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace wamp {

class broker {
public:
  broker(const realm_settings& settings, outbox& out);

  void subscribe(const session_ref& from, const wamp::subscribe& request);
  void unsubscribe(const session_ref& from, const wamp::unsubscribe& request);
  void publish(const session_ref& from, wamp::publish&& request);
  /// Ends a subscription of whoever has it. Those who know what that is are told, with `reason`, a
  /// URI. False when there is no such subscription. Spec: "Subscription Revocation".
  bool revoke(subscription_id id, std::string_view reason);
  /// Forgets the session: it receives nothing from here on.
  void session_left(session_id id);

  const subscription_table& subscriptions() const noexcept { return subscriptions_; }

private:
  std::optional<refusal>
  check(const session_info& from, match_policy match, const wamp::subscribe& request) const;
  /// `is_subscribed_to`: somebody has subscribed to just this topic.
  std::optional<refusal>
  check(const session_info& from, const wamp::publish& request, bool is_subscribed_to) const;
  bool may(const session_info& from, action what, std::string_view topic) const {
    return !authorize_ || authorize_(from, what, topic);
  }
  /// What all EVENTs of a publication say about it.
  dict details_of(const session_info& publisher, const dict& options) const;
  void send_retained(const session_ref& to, const subscription& through);
  void on_stored(publication_id id);
  bool may_hear(const session_info& who, const subscription& by, std::string_view topic) const;
  void send_event(const publication& what, const subscription& to, const audience& receivers);

  uri_rules uri_rules_;
  disclosure disclose_publishers_;
  authorizer authorize_;
  random_source random_;
  outbox& out_;
  subscription_table subscriptions_;
  /// Who waits for PUBLISHED until the event is stored.
  struct unstored {
    session_ref publisher;
    request_id request;
  };
  std::unordered_map<publication_id, unstored> unstored_;
  std::unique_ptr<event_store> store_; // calls back: gone before what that needs
};

} // namespace wamp
