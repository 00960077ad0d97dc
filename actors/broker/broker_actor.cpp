#include <wamp/actors/broker/broker.hpp>
#include <wamp/actors/broker/broker_actor.hpp>
#include <wamp/actors/delivery.hpp>

namespace wamp {

namespace {

class broker_state : public broker_outbox {
public:
  static constexpr const char* name = "wamp.broker";

  explicit broker_state(broker_actor::pointer self) : self_(self) {}

  broker_actor::behavior_type start(const realm_settings& settings, const router_actor& router) {
    broker_.emplace(settings, *this);
    // Weak, or router and broker would keep each other alive.
    router_ = caf::actor_cast<caf::actor_addr>(router);
    log_what_ends(self_, name);
    return {
        [this](const session_ref& from, const publish& m) {
          broker_->publish(from, m);
          forget_last_event();
          return_credit(self_, credit_, from, m);
        },
        [this](const session_ref& from, const subscribe& m) {
          broker_->subscribe(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](const session_ref& from, const unsubscribe& m) {
          broker_->unsubscribe(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](left_atom, session_id id) { on_left(id); },
    };
  }

  // -- broker_outbox -----------------------------------------------------------------------------

  void deliver(const session_ref& to, const subscribed& m) override { send(to, m); }
  void deliver(const session_ref& to, const unsubscribed& m) override { send(to, m); }
  void deliver(const session_ref& to, const published& m) override { send(to, m); }
  void deliver(const session_ref& to, const error& m) override { send(to, m); }

  void deliver(const session_ref& to, const event_ref& e) override {
    // All receivers of an event share one CAF message.
    if (e != last_event_) {
      last_event_ = e;
      last_message_ = caf::make_message(e);
    }
    actor_of(to)->enqueue(nullptr, caf::make_message_id(), last_message_, self_->context());
  }

private:
  template <class Message>
  void send(const session_ref& to, const Message& m) {
    deliver_to_session(self_, to, m);
  }

  void forget_last_event() {
    last_event_ = nullptr;
    last_message_ = caf::message{};
  }

  void on_left(session_id id) {
    broker_->session_left(id);
    credit_.forget(id);
    if (auto router = caf::actor_cast<router_actor>(router_))
      caf::unsafe_send_as(self_, router, left_atom::value, id);
  }

  broker_actor::pointer self_;
  caf::actor_addr router_;
  std::optional<broker> broker_;
  credit_ledger credit_;
  event_ref last_event_;
  caf::message last_message_;
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
