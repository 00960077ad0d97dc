// What a realm's broker decides: who is subscribed, who receives a publication, what is answered.
// Plain C++: the broker actor hands each message in and carries out what comes back through its
// outbox. Not thread-safe. Spec: "Publish and Subscribe" (basic profile), "Advanced PubSub".
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/authorization/authorization.hpp>
#include <wamp/actors/broker/audience.hpp>
#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/broker/publication.hpp>
#include <wamp/actors/broker/subscription_table.hpp>
#include <wamp/actors/broker/testaments.hpp>
#include <wamp/actors/meta/meta_topics.hpp>
#include <wamp/actors/meta/subscription_meta.hpp>
#include <wamp/actors/policy/broker_policy.hpp>
#include <wamp/actors/policy/undecided_sessions.hpp>
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
  /// `post` brings back what comes later: decisions, and what its event store has done.
  broker(const realm_settings& settings, outbox& out, post_work post = {}, turn_clock clock = {});

  void subscribe(const session_ref& from, const wamp::subscribe& request) {
    subscribe(from, request, std::nullopt);
  }
  void unsubscribe(const session_ref& from, const wamp::unsubscribe& request);
  void publish(const session_ref& from, wamp::publish&& request) {
    publish(from, std::move(request), std::nullopt);
  }
  /// Ends a subscription of whoever has it. Those who know what that is are told, with `reason`, a
  /// URI. False when there is no such subscription. Spec: "Subscription Revocation".
  bool revoke(subscription_id id, std::string_view reason);
  /// Who decides from here on. Ends the subscriptions that are not allowed any more, as revoke().
  void decide_by(std::shared_ptr<authorizer> by);
  /// Somebody has still to decide on what the session has asked for: what it asks for next waits.
  bool is_undecided(session_id id) const { return undecided_.contains(id); }
  /// Forgets the session: it receives nothing from here on. Publishes its testaments.
  void session_left(session_id id);
  /// The session leaves no testaments.
  void session_leaves_nothing(session_id id) { testaments_.take(id); }

  /// An event that the realm itself publishes.
  void publish(const meta_event& e);
  /// A call of the procedures wamp.subscription.* and those for testaments. It is answered at once,
  /// but for wamp.subscription.get_events, which waits for the event store.
  void call(const session_ref& from, const wamp::call& request);
  /// The answer to any other than get_events.
  outgoing answer(const session_ref& from, const wamp::call& request);

  const subscription_table& subscriptions() const noexcept { return subscriptions_; }

private:
  /// `is_subscribed_to`: somebody has subscribed to just this topic.
  std::optional<refusal> check(const wamp::publish& request, bool is_subscribed_to) const;
  void publish(const session_ref& from, wamp::publish&& request, verdict decided);
  /// What all EVENTs of a publication say about it.
  dict details_of(
      const session_info& publisher, const wamp::publish& request, const permit& allowed) const;
  std::vector<subscription_id> histories_of(const publication& what) const;
  void get_events(const session_ref& from, const wamp::call& request);
  std::optional<refusal>
  ask_for_past(const session_ref& from, request_id request, std::uint64_t id, const kwargs& how);
  void tell(std::string_view topic, session_id who, subscription_id what);
  void tell_created(session_id who, subscription& what);
  void tell_removed(const subscription_table::removal& what);
  void tell_revoked(const subscription_table::removal& what, std::string_view reason);
  void serve_meta();
  meta_result<std::tuple<>> add_testament(
      const std::string& topic, const std::optional<list>& args,
      const std::optional<dict>& keywords, const kwargs& how);
  void send_retained(const session_ref& to, const subscription& through);
  /// `waits`: who is to hear what comes of it, or nobody. False when the store takes no more.
  bool
  keep(const publication& what, const keeping& where, const session_ref& waits, request_id request);
  void on_kept(std::uint64_t ticket, publication_id id, bool is_kept);
  void on_found(std::uint64_t ticket, subscription_id of, const past_events& found);
  bool may_hear(const session_info& who, const subscription& by, std::string_view topic);
  bool may_see_past(const session_info& who, const subscription& of);
  template <class Visit>
  void for_each_receiver(
      const publication& what, const subscription& to, const audience& admitted, Visit visit);
  void send_event(const publication& what, const subscription& to, const audience& admitted);
  void send_events(const publication& what, const std::vector<subscribed_session>& to);
  void subscribe(const session_ref& from, const wamp::subscribe& request, verdict decided);
  void add(const session_ref& who, const wamp::subscribe& request, dict attributes);
  void publish_by_policy(const session_ref& from, request_id request, publication&& what);
  std::vector<subscribed_session> receivers_of(const publication& what);
  template <class Send>
  void carry_out(const session_ref& from, request_id request, const publication& what, Send send);

  uri_rules uri_rules_;
  disclosure disclose_publishers_;
  trust_policy trustlevel_;
  std::shared_ptr<broker_policy> policy_;
  undecided_sessions undecided_;
  authorization authorization_;
  random_source random_;
  outbox& out_;
  std::function<std::chrono::system_clock::time_point()> wall_clock_;
  subscription_table subscriptions_;
  subscription_meta subscription_meta_{subscriptions_};
  testaments testaments_;
  bool has_history_ = false;
  meta_procedures procedures_;
  session_ref caller_; ///< of the one that is being answered
  /// Who waits for the event store, by tickets.
  struct waiting_request {
    session_ref from;
    request_id request;
  };
  std::uint64_t wait(const session_ref& from, request_id request);
  std::optional<waiting_request> take_waiting(std::uint64_t ticket);
  std::unordered_map<std::uint64_t, waiting_request> waiting_;
  std::uint64_t last_ticket_ = 0;
  std::unique_ptr<event_store> store_; // calls back: gone before what that needs
};

} // namespace wamp
