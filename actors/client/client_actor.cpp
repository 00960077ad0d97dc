#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/client/local_way.hpp>
#include <wamp/actors/client/pending.hpp>
#include <wamp/actors/client/remote_way.hpp>
#include <wamp/actors/delivery.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace wamp {

namespace {

/// Where a client is kept: there from the start of its actor to its end.
using core_place = std::optional<client_core>;

/// The client whose actor the calling thread is in, if in one.
thread_local core_place* current_client = nullptr;

/// For the time of one of a client's handlers.
class inside {
public:
  explicit inside(core_place& client) : outer_(std::exchange(current_client, &client)) {}
  ~inside() { current_client = outer_; }
  inside(const inside&) = delete;
  inside& operator=(const inside&) = delete;

private:
  core_place* outer_;
};

class line_to_actor : public answer_line {
public:
  line_to_actor(const core_place& core, const client_actor& client)
      : core_(&core), client_(caf::actor_cast<caf::actor_addr>(client)) {}

  void send(std::uint64_t session_count, invocation_answer a) override {
    if (current_client == core_) // we are in its actor, so it is there
      return (*current_client)->answer(session_count, std::move(a));
    if (auto client = caf::actor_cast<client_actor>(client_))
      caf::anon_send(client, client_task{[session_count, a = std::move(a)](client_core& c) mutable {
                       c.answer(session_count, std::move(a));
                     }});
  }

private:
  const core_place* core_; ///< only compared: the actor may have ended
  caf::actor_addr client_;
};

using way_factory = std::function<std::unique_ptr<router_way>(client_actor::pointer)>;

class client_actor_state : private client_owner {
public:
  static constexpr const char* name = "wamp.client";

  explicit client_actor_state(client_actor::pointer self) : self_(self) {}
  ~client_actor_state() override = default;
  client_actor_state(const client_actor_state&) = delete;
  client_actor_state& operator=(const client_actor_state&) = delete;

  client_actor::behavior_type start(client_settings settings, const way_factory& make_way) {
    way_ = make_way(self_);
    core_.emplace(
        std::move(settings), *way_, static_cast<client_owner&>(*this),
        std::make_shared<line_to_actor>(core_, client_actor{self_}));
    self_->set_down_handler(
        [this](const caf::down_msg& m) { run([&](client_core& c) { way_->on_down(m, c); }); });
    log_what_ends(self_, name);
    run([](client_core& c) { c.start(); });
    return {
        [this](const welcome& m) { return receive(m); },
        [this](const abort& m) { return receive(m); },
        [this](const challenge& m) { return receive(m); },
        [this](const goodbye& m) { return receive(m); },
        [this](const error& m) { return receive(m); },
        [this](const published& m) { return receive(m); },
        [this](const subscribed& m) { return receive(m); },
        [this](const unsubscribed& m) { return receive(m); },
        [this](const event& m) { return receive(m); },
        [this](const result& m) { return receive(m); },
        [this](const registered& m) { return receive(m); },
        [this](const unregistered& m) { return receive(m); },
        [this](const invocation& m) { return receive(m); },
        [this](const interrupt& m) { return receive(m); },
        [this](const call& m) { return on_call(m); },
        [this](const publish& m) { return on_publish(m); },
        [this](get_atom) { return core_->status(); },
        [this](client_task& t) { run(t.run); },
        [this](const stop_client& m) { run([&](client_core& c) { c.stop(m.reason); }); },
    };
  }

private:
  template <class F>
  void run(F&& f) {
    const inside here{core_};
    f(*core_);
  }

  template <class Message>
  no_answer receive(const Message& m) {
    // What an earlier session sent on its way out is void.
    if (way_->is_from(self_->current_sender()))
      run([&](client_core& c) { c.receive(message{m}); });
    return {};
  }

  caf::typed_response_promise<result> on_call(const call& m) {
    auto promise = self_->make_response_promise<result>();
    run([&](client_core& c) {
      c.protocol().call(m, [promise](tl::expected<result, error> a) mutable {
        if (!a)
          promise.deliver(to_caf_error(std::move(a.error())));
        else if (!flag(a->details, "progress"))
          promise.deliver(std::move(*a));
      });
    });
    return promise;
  }

  caf::typed_response_promise<published> on_publish(const publish& m) {
    auto promise = self_->make_response_promise<published>();
    auto deliver = [promise](tl::expected<published, error> a) mutable {
      if (a)
        promise.deliver(*a);
      else
        promise.deliver(to_caf_error(std::move(a.error())));
    };
    if (flag(m.options, "acknowledge")) {
      run([&](client_core& c) { c.protocol().publish(m, deliver); });
      return promise;
    }
    // Only what goes wrong here can be told.
    tl::expected<published, error> sent{published{}};
    run([&](client_core& c) {
      c.protocol().publish(m, [&](tl::expected<published, error> a) { sent = std::move(a); });
    });
    deliver(std::move(sent));
    return promise;
  }

  // -- client_owner --
  void connect() override { way_->open(*core_); }
  void set_alarm(std::chrono::milliseconds delay) override {
    ++alarms_;
    if (delay.count() > 0)
      self_->delayed_send(self_, delay, client_task{[this, number = alarms_](client_core& c) {
                            if (number == alarms_) // or another was set since
                              c.alarm();
                          }});
  }
  void stopped() override { self_->quit(); }

  client_actor::pointer self_;
  std::unique_ptr<router_way> way_;
  core_place core_;
  std::uint64_t alarms_ = 0;
};

client_actor::behavior_type client_behavior(
    client_actor::stateful_pointer<client_actor_state> self, const client_settings& settings,
    const way_factory& make_way) {
  return self->state.start(settings, make_way);
}

constexpr auto category = caf::atom("wamp");

} // namespace

bool inside_client_handler() noexcept {
  return current_client != nullptr;
}

client_actor
spawn_client(caf::actor_system& system, client_settings settings, const entrance_actor& router) {
  const way_factory local = [router](client_actor::pointer self) {
    return std::make_unique<local_way>(self, router);
  };
  return system.spawn(client_behavior, std::move(settings), local);
}

client_actor
spawn_client(caf::actor_system& system, client_settings settings, const remote_router& router) {
  const way_factory remote = [router](client_actor::pointer self) {
    return std::make_unique<remote_way>(client_actor{self}, router);
  };
  return system.spawn(client_behavior, std::move(settings), remote);
}

caf::error to_caf_error(error e) {
  return caf::error{1, category, caf::make_message(std::move(e))};
}

const error* wamp_error_of(const caf::error& e) {
  return e.category() == category && e.context().match_elements<error>()
             ? &e.context().get_as<error>(0)
             : nullptr;
}

} // namespace wamp
