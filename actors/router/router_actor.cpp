#include <wamp/actors/authentication/anonymous_authenticator.hpp>
#include <wamp/actors/broker/broker_actor.hpp>
#include <wamp/actors/dealer/dealer_actor.hpp>
#include <wamp/actors/delivery.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/meta/session_meta.hpp>
#include <wamp/actors/router/admission.hpp>
#include <wamp/actors/router/caller_actor.hpp>
#include <wamp/actors/router/logins.hpp>
#include <wamp/actors/router/realm_members.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/anonymous.hpp>
#include <wamp/serialization/uris.hpp>

#include <tsl/robin_map.h>

#include <unordered_map>

namespace wamp {

namespace {

/// Takes what threads of others and the clock have for a router, so that they never hold it: it
/// ends with the last who does, and that must be in a turn of the system's own.
caf::behavior router_inbox(caf::event_based_actor*, const caf::actor_addr& router) {
  return {
      [router](decided& m) {
        if (const auto to = caf::actor_cast<router_actor>(router))
          caf::anon_send(to, std::move(m));
      },
      [router](alarm_atom) {
        if (const auto to = caf::actor_cast<router_actor>(router))
          caf::anon_send(to, alarm_atom::value);
      },
  };
}

class router_state : login_desk, alarm_clock {
public:
  static constexpr const char* name = "wamp.router";

  explicit router_state(router_actor::pointer self) : self_(self) {}

  ~router_state() override {
    dismiss_pair();
    if (inbox_)
      caf::anon_send_exit(inbox_, caf::exit_reason::user_shutdown);
    // Nobody else would tell them.
    turn_away(end_session{std::string{uris::close_realm}, "the realm's router ended", false});
  }
  router_state(const router_state&) = delete;
  router_state& operator=(const router_state&) = delete;

  router_actor::behavior_type start(realm_settings settings) {
    settings_ = std::move(settings);
    random_ = settings_.random();
    if (settings_.authentication.empty())
      settings_.authentication.push_back(
          {std::string{anonymous::method},
           std::make_shared<anonymous_authenticator>("anonymous", settings_.random())});
    inbox_ =
        self_->system().spawn(router_inbox, caf::actor_cast<caf::actor_addr>(router_actor{self_}));
    logins_.emplace(
        static_cast<login_desk&>(*this), static_cast<alarm_clock&>(*this),
        [to = caf::actor_cast<caf::actor_addr>(inbox_)](
            session_id concerns, std::function<void()> go_on) {
          if (const auto inbox = caf::actor_cast<caf::actor>(to))
            caf::anon_send(inbox, decided{concerns, std::move(go_on)});
        },
        settings_);
    start_pair();
    serve_caller();
    self_->set_down_handler([this](const caf::down_msg& m) { on_down(m); });
    log_what_ends(self_, name);
    return {
        [this](const join_request& m) { on_join(m); },
        [this](const login_answer& m) { on_login_answer(m); },
        [this](const decided& m) { m.go_on(); },
        [this](alarm_atom) { logins_->alarm(); },
        [this](leave_atom, session_id id) { on_leave(id); },
        [this](left_atom, session_id id) { on_left(id); },
        [this](const shut_down& m) { on_shut_down(m); },
        [this](const meta_call& m) {
          answer_meta_call(self_, m, meta_.answer(*m.from, m.request));
        },
        [this](get_atom) {
          return realm_summary{settings_.name, sessions_.size(), incarnation_};
        },
        [this](const list_sessions&) { return members(); },
        [this](const list_subscriptions& m) { return self_->delegate(broker_, m); },
        [this](const list_procedures& m) { return self_->delegate(dealer_, m); },
        [this](const list_invocations& m) { return self_->delegate(dealer_, m); },
        [this](const revoke_subscription& m) { return self_->delegate(broker_, m); },
        [this](const revoke_registration& m) { return self_->delegate(dealer_, m); },
        [this](const kill_session& m) { return on_kill(m); },
        [this](const set_authorizer& m) {
          settings_.authorize = m.by; // for the next pair, too
          return self_->delegate(dealer_, m);
        },
        [this](procedure_call& m) { caf::unsafe_send_as(self_, caller_, std::move(m)); },
    };
  }

private:
  // -- logins ------------------------------------------------------------------------------------

  void on_join(const join_request& m) {
    if (!closing_.empty())
      return send(m.session, rejected{abort{{}, closing_, {}}});
    auto ways = ways_in(m.request, settings_);
    if (!ways)
      return send(m.session, rejected{std::move(ways.error())});
    auto session = std::make_shared<joined_session>();
    session->id = unused_id();
    session->features = client_features::from(m.request.details);
    session->actor = m.session;
    self_->monitor(m.session);
    by_actor_.emplace(m.session.address(), session->id);
    arriving_.emplace(session->id, session);
    logins_->begin({{}, m.request.realm, session->id, m.request.details, m.peer}, std::move(*ways));
  }

  session_id unused_id() const {
    auto id = random_id<session_id>(random_);
    while (sessions_.contains(id) || arriving_.contains(id))
      id = random_id<session_id>(random_);
    return id;
  }

  void on_login_answer(const login_answer& m) {
    const auto found = by_actor_.find(m.session.address());
    if (found != by_actor_.end())
      logins_->answer(found->second, m.answer);
  }

  void challenge(session_id id, const wamp::challenge& ask) override {
    send(arriving_.find(id)->second->actor, challenged{router_actor{self_}, ask});
  }

  void admit(session_id id, admission how) override {
    const auto session = take_arriving(id);
    session->identity = std::move(how.who);
    sessions_.emplace(id, realm_member{session});
    // Others hear of the session before they can hear from it.
    publish(meta_topics::session_joined, make_arguments(description_of(*session)));
    send(
        session->actor, joined{
                            session, router_actor{self_}, broker_, dealer_, settings_.request_ids,
                            greet(id, session->identity, settings_, how.extra)});
  }

  void refuse(session_id id, abort why) override {
    const auto session = take_arriving(id);
    by_actor_.erase(session->actor.address());
    self_->demonitor(session->actor.address());
    send(session->actor, rejected{std::move(why)});
  }

  std::shared_ptr<joined_session> take_arriving(session_id id) {
    const auto found = arriving_.find(id);
    auto session = found->second;
    arriving_.erase(found);
    return session;
  }

  /// All who are logging in.
  void turn_away(const end_session& m) {
    for (auto& [id, session] : std::exchange(arriving_, {})) {
      logins_->forget(id);
      by_actor_.erase(session->actor.address());
      self_->demonitor(session->actor.address());
      caf::anon_send(session->actor, m);
    }
  }

  time_point now() const override { return self_->clock().now(); }
  void set_alarm(std::chrono::milliseconds delay) override {
    self_->clock().schedule_message(
        now() + delay, caf::actor_cast<caf::strong_actor_ptr>(inbox_),
        caf::make_mailbox_element(
            nullptr, caf::make_message_id(), {}, caf::make_message(alarm_atom::value)));
  }

  // -- sessions ----------------------------------------------------------------------------------

  void on_leave(session_id id) {
    auto found = sessions_.find(id);
    if (found == sessions_.end() || found.value().is_leaving)
      return;
    found.value().is_leaving = true;
    caf::unsafe_send_as(self_, dealer_, left_atom::value, id);
  }

  void on_left(session_id id) {
    auto found = sessions_.find(id);
    if (found == sessions_.end())
      return;
    const auto gone = found->second;
    sessions_.erase(found);
    const auto& session = actor_of(gone.session);
    by_actor_.erase(session.address());
    self_->demonitor(session.address());
    caf::unsafe_send_as(self_, session, left_atom::value);
    const auto& who = gone.session->identity;
    if (gone.is_told)
      publish(meta_topics::session_left, make_arguments(id.value(), who.authid, who.authrole));
  }

  void publish(std::string_view topic, arguments args) {
    caf::unsafe_send_as(self_, broker_, meta_event{topic, std::move(args)});
  }

  void kill(session_id id, const killing& how) {
    auto& m = sessions_.find(id).value();
    m.is_told = m.is_told && how.is_told;
    m.is_killed = true;
    if (!how.is_told)
      caf::unsafe_send_as(self_, broker_, without_a_word{id});
    send(actor_of(m.session), end_session{how.reason, how.message, false});
  }

  bool on_kill(const kill_session& m) {
    const auto found = sessions_.find(m.id);
    if (found == sessions_.end() || !found->second.is_there())
      return false;
    kill(m.id, {m.reason, m.message});
    return true;
  }

  std::vector<session_ref> members() const {
    std::vector<session_ref> all;
    for (const auto& [id, member] : sessions_)
      if (member.is_there())
        all.push_back(member.session);
    return all;
  }

  void on_shut_down(const shut_down& m) {
    closing_ = m.reason;
    turn_away(end_session{m.reason, {}, true});
    end_all(end_session{m.reason, {}, true});
  }

  void end_all(const end_session& m) {
    for (auto& [id, member] : sessions_)
      send(actor_of(member.session), m);
  }

  // -- supervision -------------------------------------------------------------------------------

  void on_down(const caf::down_msg& m) {
    if (m.source == broker_ || m.source == dealer_)
      return on_pair_failed(m);
    const auto found = by_actor_.find(m.source);
    if (found == by_actor_.end())
      return;
    const auto id = found->second;
    if (!arriving_.contains(id))
      return on_leave(id);
    by_actor_.erase(found);
    arriving_.erase(id);
    logins_->forget(id);
  }

  // One cannot go on without the other's knowledge, nor the sessions without both.
  void on_pair_failed(const caf::down_msg& m) {
    logger()->error(
        "realm {}: {} failed, starting anew", settings_.name,
        m.source == broker_ ? "broker" : "dealer");
    end_all(end_session{std::string{uris::close_realm}, "the realm failed and starts anew", false});
    dismiss_pair();
    start_pair();
    // Those on their way out are waited for by nobody any more: the new pair waves them through.
    for (auto& [id, member] : sessions_)
      if (member.is_leaving)
        caf::unsafe_send_as(self_, dealer_, left_atom::value, id);
  }

  void start_pair() {
    ++incarnation_;
    broker_ = spawn_broker(self_->system(), settings_, self_);
    dealer_ = spawn_dealer(self_->system(), settings_, self_, broker_);
    caller_ = spawn_caller(self_->system(), dealer_);
    self_->monitor(broker_);
    self_->monitor(dealer_);
  }

  void dismiss_pair() {
    if (!broker_)
      return;
    self_->demonitor(broker_.address());
    self_->demonitor(dealer_.address());
    caf::anon_send_exit(broker_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(dealer_, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(caller_, caf::exit_reason::user_shutdown);
  }

  /// Weak: whoever holds the caller does not hold the realm.
  void serve_caller() {
    if (!settings_.caller)
      return;
    const auto to = caf::actor_cast<caf::actor_addr>(router_actor{self_});
    settings_.caller->serve_by([to](procedure_call what) {
      if (const auto router = caf::actor_cast<router_actor>(to))
        caf::anon_send(router, std::move(what));
    });
  }

  template <class Actor, class Message>
  void send(const Actor& to, const Message& m) {
    caf::unsafe_send_as(self_, to, m);
  }

  router_actor::pointer self_;
  realm_settings settings_;
  random_source random_;
  broker_actor broker_;
  dealer_actor dealer_;
  caller_actor caller_;
  caf::actor inbox_;
  std::uint64_t incarnation_ = 0;
  std::string closing_; ///< the reason, once the realm shuts down
  /// Who is logging in: complete but for the identity.
  tsl::robin_map<session_id, std::shared_ptr<joined_session>, std::hash<session_id>> arriving_;
  std::optional<logins> logins_; ///< from start() on
  realm_members sessions_;
  session_meta meta_{sessions_, [this](session_id id, const killing& how) { kill(id, how); }};
  std::unordered_map<caf::actor_addr, session_id> by_actor_;
};

router_actor::behavior_type
router_behavior(router_actor::stateful_pointer<router_state> self, realm_settings settings) {
  return self->state.start(std::move(settings));
}

} // namespace

router_actor spawn_router(caf::actor_system& system, realm_settings settings) {
  return system.spawn(router_behavior, std::move(settings));
}

} // namespace wamp
