#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/attached_actors.hpp>
#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/client/event_feed.hpp>
#include <wamp/actors/client/invocation_stream.hpp>
#include <wamp/actors/client/local_way.hpp>
#include <wamp/actors/client/node_way.hpp>
#include <wamp/actors/client/remote_way.hpp>
#include <wamp/actors/delivery.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

namespace wamp {

namespace {

/// Brings answers to the client from wherever they are given.
class answers_by_line : public answer_line {
public:
  explicit answers_by_line(std::shared_ptr<client_line> line) : line_(std::move(line)) {}

  void send(std::uint64_t session_count, invocation_answer a) override {
    line_->post([session_count, a = std::move(a)](client_core& c) mutable {
      c.answer(session_count, std::move(a));
    });
  }

private:
  std::shared_ptr<client_line> line_;
};

using way_factory = std::function<std::unique_ptr<router_way>(
    client_actor::pointer, const std::shared_ptr<client_line>&)>;

/// Answers a request of an actor with what the router says.
template <class Answer, class Promise>
void deliver(Promise& promise, tl::expected<Answer, error> a) {
  if (a)
    promise.deliver(std::move(*a));
  else
    promise.deliver(to_caf_error(std::move(a.error())));
}

class client_actor_state : private client_owner {
public:
  static constexpr const char* name = "wamp.client";

  explicit client_actor_state(client_actor::pointer self) : self_(self) {}
  ~client_actor_state() override {
    // Requests of actors would wait for ever: CAF's promises say nothing when they are dropped.
    if (core_)
      core_->lose_actor();
    line_->close();
  }
  client_actor_state(const client_actor_state&) = delete;
  client_actor_state& operator=(const client_actor_state&) = delete;

  client_actor::behavior_type
  start(client_settings settings, const way_factory& make_way, std::shared_ptr<client_line> line) {
    line_ = std::move(line);
    way_ = make_way(self_, line_);
    core_.emplace(
        std::move(settings), *way_, static_cast<client_owner&>(*this),
        std::make_shared<answers_by_line>(line_));
    line_->open([client = caf::actor_cast<caf::actor_addr>(client_actor{self_})] {
      if (auto alive = caf::actor_cast<client_actor>(client))
        caf::anon_send(alive, work_atom::value);
    });
    self_->set_down_handler([this](const caf::down_msg& m) { run([&] { on_down(m); }); });
    log_what_ends(self_, name);
    run([&] { core_->start(); });
    return {
        // CAF tries them in this order: the usual ones first.
        [this](session_batch& b) { return on_messages(b); },
        [this](work_atom) { return on_work(); },
        [this](const node_frames& f) { return on_frames(f); },
        [this](const call& m) { return on_call(m); },
        [this](const publish& m) { return on_publish(m); },
        [this](attach_subscriber& m) { return on_attach(m); },
        [this](const detach_subscriber& m) { return on_detach(m); },
        [this](attach_procedure& m) { return on_attach(m); },
        [this](const detach_procedure& m) { return on_detach(m); },
        [this](get_atom) { return core_->status(); },
        [this](joined_atom) { return on_joined_request(); },
        [this](alarm_atom, std::uint64_t number) { run([&] { on_alarm(number); }); },
        [this](beat_atom, std::uint64_t n) { run([&] { way_->on_beat(n, *core_); }); },
        [this](const stop_client& m) { run([&] { core_->stop(m.reason); }); },
    };
  }

private:
  /// Every turn: what `f` does, what that has posted, and what both have sent.
  template <class F>
  void run(F&& f) {
    line_->run(*core_, std::forward<F>(f));
    way_->flush();
  }

  no_answer on_messages(session_batch& b) {
    for (auto& m : b.messages) {
      // What an earlier session sent on its way out is void.
      if (!way_->is_from(self_->current_sender()))
        break;
      line_->run(*core_, [&] {
        if (auto shared = std::get_if<event_ref>(&m))
          core_->receive((*shared)->event());
        else
          core_->receive(std::move(std::get<message>(m)));
      });
    }
    way_->flush();
    return {};
  }

  no_answer on_frames(const node_frames& f) {
    if (way_->is_from(self_->current_sender()))
      run([&] { way_->on_frames(f, *core_); });
    return {};
  }

  no_answer on_work() {
    line_->work_off(*core_);
    way_->flush();
    return {};
  }

  /// An invocation that an actor is working on.
  struct passed_invocation {
    caf::actor_addr server;
    responder to;
    std::size_t weight = 0;
  };

  // -- requests of actors --

  caf::typed_response_promise<session_id> on_joined_request() {
    auto promise = self_->make_response_promise<session_id>();
    run([&] {
      core_->when_joined(
          [promise](tl::expected<session_id, error> a) mutable { deliver(promise, std::move(a)); });
    });
    return promise;
  }

  caf::typed_response_promise<result> on_call(const call& m) {
    auto promise = self_->make_response_promise<result>();
    run([&] {
      core_->call(wamp::call{m}, [promise](tl::expected<result, error> a) mutable {
        if (!a || !flag(a->details, "progress"))
          deliver(promise, std::move(a));
      });
    });
    return promise;
  }

  caf::typed_response_promise<published> on_publish(const publish& m) {
    auto promise = self_->make_response_promise<published>();
    if (flag(m.options, "acknowledge")) {
      run([&] {
        core_->protocol().publish(
            wamp::publish{m}, [promise](tl::expected<published, error> a) mutable {
              deliver(promise, std::move(a));
            });
      });
      return promise;
    }
    // What goes wrong here is told at once, or not at all.
    auto sent = std::make_shared<tl::expected<published, error>>();
    run([&] {
      core_->protocol().publish(
          wamp::publish{m}, [sent](tl::expected<published, error> a) { *sent = std::move(a); });
    });
    deliver(promise, std::move(*sent));
    return promise;
  }

  caf::typed_response_promise<subscribed> on_attach(attach_subscriber& m) {
    const auto deliver_event = [feed = std::make_shared<event_feed>(self_, m.who)](const event& e) {
      feed->send(e);
    };
    return attach<subscribed, subscription_id>(
        attachment::kind::subscriber, m.topic, m.who, [&](auto done) {
          return core_->topics().add(
              std::move(m.topic.uri), std::move(m.topic.options), deliver_event, std::move(done));
        });
  }

  caf::typed_response_promise<registered> on_attach(attach_procedure& m) {
    const auto serve = [this, who = m.who](const invocation& i, const responder& to) {
      pass_to(who, i, to);
    };
    return attach<registered, registration_id>(
        attachment::kind::procedure, m.procedure, m.who, [&](auto done) {
          return core_->provide(
              std::move(m.procedure.uri), std::move(m.procedure.options), serve, std::move(done));
        });
  }

  /// `add(done)` asks for it and returns its key; `done` gets the router's answers.
  template <class Answer, class Id, class Actor, class Add>
  caf::typed_response_promise<Answer>
  attach(attachment::kind kind, const target& at, const Actor& who, Add add) {
    struct request {
      caf::typed_response_promise<Answer> promise;
      std::uint64_t key = 0;
      bool answered = false;
      bool refused = false;
    };
    auto asked = std::make_shared<request>(request{self_->make_response_promise<Answer>()});
    const auto address = who.address();
    const auto uri = at.uri;
    run([&] {
      asked->key = add([this, asked, kind, address](tl::expected<Id, error> a) {
        if (std::exchange(asked->answered, true))
          return; // of a later session
        asked->refused = !a;
        if (!a)
          attached_.take(address, kind, asked->key);
        deliver(asked->promise, a.map([](Id id) { return Answer{{}, id}; }));
      });
    });
    if (!asked->refused && attached_.add(address, {kind, uri, asked->key}))
      self_->monitor(who);
    return asked->promise;
  }

  void pass_to(const procedure_actor& who, const invocation& i, const responder& to) {
    if (refuse_parts(i, to))
      return;
    if (passed_bytes_ >= in_flight::bound)
      return to.fail(std::string{uris::unavailable}, {"the procedure has too much to do"});
    const auto number = ++last_passed_;
    passed_.emplace(number, passed_invocation{who.address(), to, weight_of(i)});
    passed_bytes_ += weight_of(i);
    self_->request(who, caf::infinite, i)
        .then(
            [this, number](arguments& a) {
              if (auto p = take_passed(number))
                run([&] { p->to.result(payload::native(std::move(a))); });
            },
            [this, number](const caf::error& e) {
              if (auto p = take_passed(number))
                run([&] { on_actors_error(p->to, e); });
            });
  }

  std::optional<passed_invocation> take_passed(std::uint64_t number) {
    auto p = passed_.extract(number);
    if (!p)
      return std::nullopt;
    passed_bytes_ -= p.mapped().weight;
    return std::move(p.mapped());
  }

  static void on_actors_error(const responder& to, const caf::error& e) {
    if (auto ours = wamp_error_of(e))
      return to.fail(*ours);
    logger()->error("an actor that serves a procedure failed: {}", describe(e));
    to.fail(std::string{uris::runtime_error}, {"the procedure failed"});
  }

  bool is_working(const caf::actor_addr& who) const {
    return std::any_of(
        passed_.begin(), passed_.end(), [&](const auto& p) { return p.second.server == who; });
  }

  /// CAF tells nobody that an actor has died over a request that it had begun.
  void fail_passed(const caf::actor_addr& dead, const caf::error& why) {
    for (auto p = passed_.begin(); p != passed_.end();) {
      if (p->second.server != dead) {
        ++p;
        continue;
      }
      on_actors_error(p->second.to, why);
      passed_bytes_ -= p->second.weight;
      p = passed_.erase(p);
    }
  }

  caf::typed_response_promise<unsubscribed> on_detach(const detach_subscriber& m) {
    return detach<unsubscribed>(
        attachment::kind::subscriber, m.topic, m.who.address(),
        refuse(
            unsubscribe{}, uris::no_such_subscription,
            "this actor is not attached to " + m.topic + ", or not any more"),
        [this](auto key, auto done) { return core_->topics().remove(key, done); });
  }

  caf::typed_response_promise<unregistered> on_detach(const detach_procedure& m) {
    return detach<unregistered>(
        attachment::kind::procedure, m.procedure, m.who.address(),
        refuse(
            unregister{}, uris::no_such_registration,
            "this actor is not attached to " + m.procedure + ", or not any more"),
        [this](auto key, auto done) { return core_->procedures().remove(key, done); });
  }

  template <class Answer, class Remove>
  caf::typed_response_promise<Answer> detach(
      attachment::kind kind, const std::string& uri, const caf::actor_addr& who, error none,
      Remove remove) {
    auto promise = self_->make_response_promise<Answer>();
    bool there = false;
    while (const auto key = there ? 0 : attached_.take(who, kind, uri)) // some may be revoked
      run([&] {
        there = remove(key, [promise](const auto& a) mutable {
          deliver(promise, a.map([](const auto&) { return Answer{}; }));
        });
      });
    if (!attached_.has(who) && !is_working(who))
      self_->demonitor(who);
    if (!there)
      promise.deliver(to_caf_error(std::move(none)));
    return promise;
  }

  void on_down(const caf::down_msg& m) {
    for (auto& a : attached_.take_all(m.source))
      if (a.is == attachment::kind::subscriber)
        core_->topics().remove(a.key, [](const auto&) {});
      else
        core_->procedures().remove(a.key, [](const auto&) {});
    fail_passed(m.source, m.reason);
    way_->on_down(m, *core_);
  }

  // -- client_owner --
  void connect() override { way_->open(*core_); }
  time_point now() const override { return self_->clock().now(); }
  void set_alarm(client_alarm which, std::chrono::milliseconds delay) override {
    alarms_[static_cast<std::size_t>(which)] = ++last_alarm_;
    // The clock counts nanoseconds: the longest delays would not fit.
    delay = std::min<std::chrono::milliseconds>(delay, std::chrono::hours{24 * 365 * 100});
    if (delay.count() > 0)
      self_->delayed_send(self_, delay, alarm_atom::value, last_alarm_);
  }
  void on_alarm(std::uint64_t number) {
    for (auto which : {client_alarm::session, client_alarm::calls})
      if (number == alarms_[static_cast<std::size_t>(which)]) // or another was set since
        core_->alarm(which);
  }
  void do_aside(std::function<void()> work, std::function<void()> then) override {
    self_->system().spawn<caf::detached>(
        [line = line_, work = std::move(work), then = std::move(then)](caf::event_based_actor*) {
          work();
          line->post([then](client_core&) { then(); });
        });
  }
  void stopped() override {
    way_->close();
    line_->finish(*core_, core_->why_stopped());
    self_->quit();
  }

  client_actor::pointer self_;
  std::shared_ptr<client_line> line_;
  std::unique_ptr<router_way> way_;
  std::optional<client_core> core_; ///< from start() on
  attached_actors attached_;
  std::unordered_map<std::uint64_t, passed_invocation> passed_;
  std::size_t passed_bytes_ = 0;
  std::uint64_t last_passed_ = 0;
  std::array<std::uint64_t, 2> alarms_{}; ///< the number of the last, by client_alarm
  std::uint64_t last_alarm_ = 0;
};

client_actor::behavior_type client_behavior(
    client_actor::stateful_pointer<client_actor_state> self, const client_settings& settings,
    const way_factory& make_way, const std::shared_ptr<client_line>& line) {
  return self->state.start(settings, make_way, line);
}

constexpr auto category = caf::atom("wamp");

} // namespace

client_actor spawn_client(
    caf::actor_system& system, client_settings settings, const entrance_actor& router,
    std::shared_ptr<client_line> line) {
  if (!router)
    throw std::invalid_argument{"there is no router: the actor handle is empty"};
  const way_factory local =
      [router](client_actor::pointer self, const std::shared_ptr<client_line>&) {
        return std::make_unique<local_way>(self, router);
      };
  return system.spawn(client_behavior, std::move(settings), local, std::move(line));
}

client_actor spawn_client(
    caf::actor_system& system, client_settings settings, const remote_router& router,
    std::shared_ptr<client_line> line) {
  if (!router.thread)
    throw std::invalid_argument{
        "remote_router::thread is not set: it needs an io_thread that serves the sockets"};
  if (router.urls.empty())
    throw std::invalid_argument{"remote_router::urls is empty: name at least one router_url"};
  const way_factory remote =
      [router](client_actor::pointer, const std::shared_ptr<client_line>& own_line) {
        return std::make_unique<remote_way>(own_line, router);
      };
  return system.spawn(client_behavior, std::move(settings), remote, std::move(line));
}

client_actor spawn_client(
    caf::actor_system& system, client_settings settings, const remote_node& router,
    std::shared_ptr<client_line> line) {
  const way_factory across =
      [router](client_actor::pointer self, const std::shared_ptr<client_line>& own_line) {
        return std::make_unique<node_way>(self, own_line, router);
      };
  return system.spawn(client_behavior, std::move(settings), across, std::move(line));
}

caf::error to_caf_error(error e) {
  return caf::error{1, category, caf::make_message(std::move(e))};
}

caf::error to_caf_error(const wamp_error& e) {
  return to_caf_error(e.content());
}

std::string describe(const caf::error& e) {
  const auto ours = wamp_error_of(e);
  return ours ? wamp_error{*ours}.what() : to_string(e);
}

const error* wamp_error_of(const caf::error& e) {
  return e && e.category() == category && e.context().match_elements<error>()
             ? &e.context().get_as<error>(0)
             : nullptr;
}

} // namespace wamp
