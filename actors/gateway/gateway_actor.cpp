#include <wamp/actors/gateway/gateway_actor.hpp>
#include <wamp/actors/gateway/socket_link.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/router/admission.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/actors/session/decoder_actor.hpp>
#include <wamp/actors/session/session_actor.hpp>
#include <wamp/actors/string_map.hpp>

#include <unordered_set>
#include <utility>

namespace wamp {

namespace {

class gateway_state {
public:
  static constexpr const char* name = "wamp.gateway";

  explicit gateway_state(gateway_actor::pointer self) : self_(self) {}

  ~gateway_state() {
    caf::anon_send_exit(decoder_, caf::exit_reason::user_shutdown);
    for (auto& [realm, entry] : realms_)
      caf::anon_send_exit(entry.router, caf::exit_reason::user_shutdown);
  }
  gateway_state(const gateway_state&) = delete;
  gateway_state& operator=(const gateway_state&) = delete;

  gateway_actor::behavior_type
  start(std::vector<realm_settings> realms, const session_timeouts& timeouts) {
    timeouts_ = timeouts;
    decoder_ = spawn_decoder(self_->system());
    for (auto& settings : realms)
      start_router(realms_[settings.name] = realm_entry{settings, {}});
    self_->set_down_handler([this](const caf::down_msg& m) { on_down(m); });
    return {
        [this](const join_request& m) { on_join(m); },
        [this](const accepted& m) { on_accepted(m); },
        [this](const shut_down& m) { on_shut_down(m); },
        [this](drained_atom) { return on_drained(); },
        [this](const realm_authorizer& m) { return on_authorizer(m); },
        [this](get_atom) { return on_get(); },
    };
  }

private:
  struct realm_entry {
    realm_settings settings;
    router_actor router;
  };

  void start_router(realm_entry& entry) {
    entry.router = spawn_router(self_->system(), entry.settings);
    self_->monitor(entry.router);
  }

  void on_accepted(const accepted& m) {
    auto session = spawn_session(
        self_->system(), gateway_actor{self_},
        [peer = m.peer, timeouts = timeouts_](const session_actor& actor) {
          return make_socket_link(peer, actor, timeouts);
        },
        session_place{m.home, decoder_});
    self_->monitor(session);
    sessions_.insert(session.address());
    if (!closing_.empty())
      end(session);
  }

  void on_join(const join_request& m) {
    auto found = realms_.find(m.request.realm);
    if (found == realms_.end())
      caf::unsafe_send_as(self_, m.session, rejected{no_such_realm(m.request.realm)});
    else
      caf::unsafe_send_as(self_, found->second.router, m);
  }

  void on_shut_down(const shut_down& m) {
    closing_ = m.reason;
    for (auto& [realm, entry] : realms_)
      caf::unsafe_send_as(self_, entry.router, m);
    // Also those that are in no realm: they have not said HELLO yet, or have said GOODBYE.
    for (auto& address : sessions_)
      if (auto session = caf::actor_cast<session_actor>(address))
        end(session);
  }

  void end(const session_actor& session) {
    caf::unsafe_send_as(self_, session, end_session{closing_, {}, true});
  }

  caf::result<bool> on_drained() {
    auto promise = self_->make_response_promise<bool>();
    drained_.push_back(promise);
    tell_if_drained();
    return promise;
  }

  void tell_if_drained() {
    if (sessions_.empty())
      for (auto& promise : std::exchange(drained_, {}))
        promise.deliver(true);
  }

  void on_down(const caf::down_msg& m) {
    if (sessions_.erase(m.source) > 0)
      return tell_if_drained();
    for (auto it = realms_.begin(); it != realms_.end(); ++it) {
      auto& entry = it.value();
      if (m.source != entry.router)
        continue;
      logger()->error("realm {}: router failed, starting anew", entry.settings.name);
      start_router(entry);
    }
  }

  caf::result<bool> on_authorizer(const realm_authorizer& m) {
    const auto found = realms_.find(m.realm);
    if (found == realms_.end())
      return false;
    found.value().settings.authorize = m.by; // for the next router, too
    return self_->delegate(found->second.router, set_authorizer{m.by});
  }

  // The answers of all routers, gathered without waiting for any.
  caf::result<std::vector<realm_summary>> on_get() {
    auto promise = self_->make_response_promise<std::vector<realm_summary>>();
    auto gathered = std::make_shared<std::vector<realm_summary>>();
    auto missing = std::make_shared<std::size_t>(realms_.size());
    auto one_less = [=]() mutable {
      if (--*missing == 0)
        promise.deliver(std::move(*gathered));
    };
    if (realms_.empty())
      promise.deliver(std::vector<realm_summary>{});
    for (auto& [realm, entry] : realms_)
      self_->request(entry.router, caf::infinite, get_atom::value)
          .then(
              [=](const realm_summary& s) mutable {
                gathered->push_back(s);
                one_less();
              },
              [=](const caf::error&) mutable { one_less(); });
    return promise;
  }

  gateway_actor::pointer self_;
  session_timeouts timeouts_;
  decoder_actor decoder_;
  string_map<realm_entry> realms_;
  std::unordered_set<caf::actor_addr> sessions_; ///< of sockets, in a realm or not
  std::vector<caf::typed_response_promise<bool>> drained_;
  std::string closing_; ///< the reason, once the gateway shuts down
};

gateway_actor::behavior_type gateway_behavior(
    gateway_actor::stateful_pointer<gateway_state> self, std::vector<realm_settings> realms,
    const session_timeouts& timeouts) {
  return self->state.start(std::move(realms), timeouts);
}

} // namespace

gateway_actor spawn_gateway(
    caf::actor_system& system, std::vector<realm_settings> realms, session_timeouts timeouts) {
  return system.spawn(gateway_behavior, std::move(realms), timeouts);
}

} // namespace wamp
