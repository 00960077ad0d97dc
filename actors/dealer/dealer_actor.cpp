#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/actors/dealer/dealer_actor.hpp>
#include <wamp/actors/delivery.hpp>

namespace wamp {

namespace {

class dealer_state : public dealer_outbox {
public:
  static constexpr const char* name = "wamp.dealer";

  explicit dealer_state(dealer_actor::pointer self) : self_(self) {}

  dealer_actor::behavior_type start(const realm_settings& settings, broker_actor broker) {
    dealer_.emplace(settings, *this);
    broker_ = std::move(broker);
    log_what_ends(self_, name);
    return {
        [this](const session_ref& from, const call& m) {
          dealer_->call(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](const session_ref& from, const yield& m) {
          dealer_->yield(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](const session_ref& from, const error& m) {
          dealer_->fail(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](const session_ref& from, const cancel& m) {
          dealer_->cancel(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](const session_ref& from, const register_& m) {
          dealer_->register_(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](const session_ref& from, const unregister& m) {
          dealer_->unregister(from, m);
          return_credit(self_, credit_, from, m);
        },
        [this](left_atom, session_id id) { on_left(id); },
    };
  }

  // -- dealer_outbox -----------------------------------------------------------------------------

  void deliver(const session_ref& to, const registered& m) override { send(to, m); }
  void deliver(const session_ref& to, const unregistered& m) override { send(to, m); }
  void deliver(const session_ref& to, const invocation& m) override { send(to, m); }
  void deliver(const session_ref& to, const interrupt& m) override { send(to, m); }
  void deliver(const session_ref& to, const result& m) override { send(to, m); }
  void deliver(const session_ref& to, const error& m) override { send(to, m); }

private:
  template <class Message>
  void send(const session_ref& to, const Message& m) {
    deliver_to_session(self_, to, m);
  }

  void on_left(session_id id) {
    dealer_->session_left(id);
    credit_.forget(id);
    caf::unsafe_send_as(self_, broker_, left_atom::value, id);
  }

  dealer_actor::pointer self_;
  broker_actor broker_;
  std::optional<dealer> dealer_;
  credit_ledger credit_;
};

dealer_actor::behavior_type dealer_behavior(
    dealer_actor::stateful_pointer<dealer_state> self, const realm_settings& settings,
    const broker_actor& broker) {
  return self->state.start(settings, broker);
}

} // namespace

dealer_actor
spawn_dealer(caf::actor_system& system, const realm_settings& settings, broker_actor broker) {
  return system.spawn(dealer_behavior, settings, std::move(broker));
}

} // namespace wamp
