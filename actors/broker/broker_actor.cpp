#include <wamp/actors/broker/broker.hpp>
#include <wamp/actors/broker/broker_actor.hpp>
#include <wamp/actors/delivery.hpp>
#include <wamp/actors/policy/held_requests.hpp>

namespace wamp {

namespace {

class broker_state {
public:
  static constexpr const char* name = "wamp.broker";

  explicit broker_state(broker_actor::pointer self) : self_(self) {}

  broker_actor::behavior_type start(const realm_settings& settings, const router_actor& router) {
    broker_.emplace(settings, out_, post_to<broker_actor>(self_), clock_of(self_));
    // Weak, or router and broker would keep each other alive.
    router_ = caf::actor_cast<caf::actor_addr>(router);
    log_what_ends(self_, name);
    return {
        [this](broker_batch& b) { return on_batch(b); },
        [this](left_atom, session_id id) { on_left(id); },
        [this](const meta_event& e) { on_meta_event(e); },
        [this](const meta_call& m) { on_meta_call(m); },
        [this](const without_a_word& m) { broker_->session_leaves_nothing(m.session); },
        [this](const decided& m) { on_decided(m); },
        [this](const list_subscriptions& m) {
          return summaries_of(broker_->subscriptions(), m.topic);
        },
        [this](const revoke_subscription& m) {
          const bool found = broker_->revoke(m.id, m.reason);
          out_.send_all();
          return found;
        },
        [this](const set_authorizer& m) {
          broker_->decide_by(m.by);
          out_.send_all();
          return true;
        },
    };
  }

private:
  no_answer on_batch(broker_batch& b) {
    work_off(
        self_, b, out_, credit_,
        [this](auto& from, auto&& m) { take(from, std::forward<decltype(m)>(m)); }, held_back_);
    return {};
  }

  template <class Request>
  void take(const session_ref& from, Request&& m) {
    if (!broker_->is_undecided(from->id))
      return on(from, std::forward<Request>(m));
    held_back_ += credit{1, weight_of(m)};
    held_.hold(from, std::forward<Request>(m));
  }

  void on(const session_ref& from, publish&& m) { broker_->publish(from, std::move(m)); }
  void on(const session_ref& from, const subscribe& m) { broker_->subscribe(from, m); }
  void on(const session_ref& from, const unsubscribe& m) { broker_->unsubscribe(from, m); }

  void on_meta_event(const meta_event& e) {
    broker_->publish(e);
    out_.send_all();
  }

  /// The session's next requests have waited for it.
  void on_decided(const decided& m) {
    m.go_on();
    const auto released = held_.release(
        m.concerns, [this](auto& from, auto&& r) { on(from, std::forward<decltype(r)>(r)); },
        [&] { return broker_->is_undecided(m.concerns); });
    out_.send_all();
    if (released.leaves)
      on_left(m.concerns);
    else if (released.from)
      return_credit(self_, credit_, released.from, released.done);
  }

  void on_meta_call(const meta_call& m) {
    broker_->call(m.from, m.request);
    out_.send_all();
    give_credit(self_, m);
  }

  void on_left(session_id id) {
    if (broker_->is_undecided(id))
      return held_.hold_leaving(id);
    broker_->session_left(id);
    out_.send_all();
    credit_.forget(id);
    if (auto router = caf::actor_cast<router_actor>(router_))
      caf::unsafe_send_as(self_, router, left_atom::value, id);
  }

  broker_actor::pointer self_;
  caf::actor_addr router_;
  batch_outbox out_{&outbox_places::at_broker};
  std::optional<broker> broker_;
  credit_ledger credit_;
  held_requests<broker_request> held_;
  credit held_back_; ///< of the batch that is being worked off
};

broker_actor::behavior_type broker_behavior(
    broker_actor::stateful_pointer<broker_state> self, const realm_settings& settings,
    const router_actor& router) {
  return self->state.start(settings, router);
}

} // namespace

broker_actor
spawn_broker(caf::actor_system& system, const realm_settings& settings, router_actor router) {
  return system.spawn(broker_behavior, settings, std::move(router));
}

} // namespace wamp
