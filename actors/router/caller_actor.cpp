#include <wamp/actors/delivery.hpp>
#include <wamp/actors/router/caller_actor.hpp>
#include <wamp/actors/router/router_calls.hpp>

#include <utility>

namespace wamp {

namespace {

class caller_state : public alarm_clock {
public:
  static constexpr const char* name = "wamp.caller";

  explicit caller_state(caller_actor::pointer self) : self_(self) {}

  caller_actor::behavior_type start(dealer_actor dealer) {
    dealer_ = std::move(dealer);
    nobody_->actor = self_;
    log_what_ends(self_, name);
    return {
        [this](procedure_call& m) { to_dealer(calls_.begin(std::move(m))); },
        [this](outgoing_batch& b) { on_answers(b); },
        [this](alarm_atom) { on_alarm(); },
        // Only sessions have a use for these.
        [](const event_batch&) {},
        [](const credit&) {},
        [](const joined&) {},
        [](const rejected&) {},
        [](const end_session&) {},
        [](left_atom) {},
    };
  }

private:
  template <class Request>
  void to_dealer(Request m) {
    dealer_batch batch{nobody_, {}};
    batch.requests.emplace_back(std::move(m));
    caf::unsafe_send_as(self_, dealer_, std::move(batch));
  }

  void on_answers(outgoing_batch& b) {
    for (auto& m : b.messages)
      calls_.end(std::move(m));
  }

  void on_alarm() {
    for (auto& m : calls_.alarm())
      to_dealer(std::move(m));
  }

  // -- alarm_clock --
  time_point now() const override { return self_->clock().now(); }
  void set_alarm(std::chrono::milliseconds delay) override {
    self_->delayed_send(self_, delay, alarm_atom::value);
  }

  caller_actor::pointer self_;
  dealer_actor dealer_;
  std::shared_ptr<joined_session> nobody_ = std::make_shared<joined_session>();
  router_calls calls_{*this};
};

caller_actor::behavior_type
caller_behavior(caller_actor::stateful_pointer<caller_state> self, const dealer_actor& dealer) {
  return self->state.start(dealer);
}

} // namespace

caller_actor spawn_caller(caf::actor_system& system, dealer_actor dealer) {
  return system.spawn<caf::lazy_init>(caller_behavior, std::move(dealer));
}

} // namespace wamp
