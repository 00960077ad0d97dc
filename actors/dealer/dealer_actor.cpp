#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/actors/dealer/dealer_actor.hpp>
#include <wamp/actors/delivery.hpp>
#include <wamp/actors/policy/held_requests.hpp>

#include <type_traits>
#include <utility>

namespace wamp {

namespace {

class dealer_state : public alarm_clock, public meta_link {
public:
  static constexpr const char* name = "wamp.dealer";

  explicit dealer_state(dealer_actor::pointer self) : self_(self) {}

  dealer_actor::behavior_type
  start(const realm_settings& settings, const router_actor& router, broker_actor broker) {
    dealer_.emplace(settings, out_, *this, *this, post_to<dealer_actor>(self_), clock_of(self_));
    // Weak, or router and dealer would keep each other alive.
    router_ = caf::actor_cast<caf::actor_addr>(router);
    broker_ = std::move(broker);
    log_what_ends(self_, name);
    return {
        [this](dealer_batch& b) { return on_batch(b); },
        [this](left_atom, session_id id) { on_left(id); },
        [this](alarm_atom) { on_alarm(); },
        [this](const decided& m) { on_decided(m); },
        [this](const list_procedures& m) { return summaries_of(dealer_->registrations(), m.uri); },
        [this](const list_invocations&) { return summaries_of(dealer_->invocations()); },
        [this](const revoke_registration& m) {
          const bool found = dealer_->revoke(m.id, m.reason);
          out_.send_all();
          return found;
        },
        [this](const set_authorizer& m) {
          dealer_->decide_by(m.by);
          out_.send_all();
          return self_->delegate(broker_, m);
        },
    };
  }

private:
  no_answer on_batch(dealer_batch& b) {
    work_off(
        self_, b, out_, credit_,
        [this](auto& from, auto&& m) { take(from, std::forward<decltype(m)>(m)); }, passed_on_);
    return {};
  }

  template <class Request>
  void take(const session_ref& from, Request&& m) {
    constexpr bool is_answer = std::is_same_v<Request, yield> || std::is_same_v<Request, error>;
    // The router's own calls have nothing to do with each other.
    if (is_answer || is_router(*from) || !dealer_->is_undecided(from->id))
      return on(from, std::forward<Request>(m));
    passed_on_ += credit{1, weight_of(m)};
    held_.hold(from, std::forward<Request>(m));
  }

  void on(const session_ref& from, call&& m) { dealer_->call(from, std::move(m)); }
  void on(const session_ref& from, call_part&& m) { dealer_->continue_call(from, std::move(m)); }
  void on(const session_ref& from, yield&& m) { dealer_->yield(from, std::move(m)); }
  void on(const session_ref& from, error&& m) { dealer_->fail(from, std::move(m)); }
  void on(const session_ref& from, const cancel& m) { dealer_->cancel(from, m); }
  void on(const session_ref& from, const register_& m) { dealer_->register_(from, m); }
  void on(const session_ref& from, const unregister& m) { dealer_->unregister(from, m); }

  /// The session's next requests have waited for it.
  void on_decided(const decided& m) {
    is_deciding_ = true;
    m.go_on();
    is_deciding_ = false;
    auto released = held_.release(
        m.concerns, [this](auto& from, auto&& r) { on(from, std::forward<decltype(r)>(r)); },
        [&] { return dealer_->is_undecided(m.concerns); });
    out_.send_all();
    released.done -= std::exchange(passed_on_, {});
    if (released.leaves)
      on_left(m.concerns);
    else if (released.from)
      return_credit(self_, credit_, released.from, released.done);
  }

  void on_left(session_id id) {
    if (dealer_->is_undecided(id))
      return held_.hold_leaving(id);
    dealer_->session_left(id);
    out_.send_all();
    credit_.forget(id);
    caf::unsafe_send_as(self_, broker_, left_atom::value, id);
  }

  void on_alarm() {
    dealer_->alarm();
    out_.send_all();
  }

  // -- meta_link --
  void publish(meta_event e) override { caf::unsafe_send_as(self_, broker_, std::move(e)); }
  void pass_on(meta_owner to, const session_ref& from, call&& m) override {
    if (!is_deciding_)
      passed_on_ += credit{1, weight_of(m)};
    meta_call passed{from, std::move(m), !is_deciding_};
    if (to == meta_owner::broker)
      caf::unsafe_send_as(self_, broker_, std::move(passed));
    else if (auto router = caf::actor_cast<router_actor>(router_))
      caf::unsafe_send_as(self_, router, std::move(passed));
  }

  // -- alarm_clock --
  time_point now() const override { return self_->clock().now(); }
  void set_alarm(std::chrono::milliseconds delay) override {
    self_->delayed_send(self_, delay, alarm_atom::value);
  }

  dealer_actor::pointer self_;
  caf::actor_addr router_;
  broker_actor broker_;
  batch_outbox out_{&outbox_places::at_dealer};
  std::optional<dealer> dealer_;
  credit_ledger credit_;
  held_requests<dealer_request> held_;
  credit passed_on_;         ///< of the batch that is being worked off, to others and to later
  bool is_deciding_ = false; ///< about what the credit was given for when it began to wait
};

dealer_actor::behavior_type dealer_behavior(
    dealer_actor::stateful_pointer<dealer_state> self, const realm_settings& settings,
    const router_actor& router, const broker_actor& broker) {
  return self->state.start(settings, router, broker);
}

} // namespace

dealer_actor spawn_dealer(
    caf::actor_system& system, const realm_settings& settings, const router_actor& router,
    broker_actor broker) {
  return system.spawn(dealer_behavior, settings, router, std::move(broker));
}

} // namespace wamp
