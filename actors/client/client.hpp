// A WAMP client for plain C++ and for actors: one object, one session at a time.
//
//   wamp::client c{system, {.realm = "realm1"}, router};
//   c.procedure("com.myapp.add", [](int a, int b) { return a + b; });
//   c.channel("com.myapp.news", [](const std::string& text) { ... });
//   int sum = c.call("com.myapp.add", 1, 2).get<int>();
//
// Handlers run in the client's actor, one at a time: they must not block (see pending::then and
// co_await for waiting). Every function may be called from any thread, handlers included.
#pragma once

#include <wamp/actors/cancel_mode.hpp>
#include <wamp/actors/client/argument_stream.hpp>
#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/client/handlers.hpp>
#include <wamp/actors/client/node_way.hpp>
#include <wamp/actors/client/outgoing_call.hpp>
#include <wamp/actors/client/pending.hpp>
#include <wamp/actors/client/remote_way.hpp>
#include <wamp/actors/client/result_stream.hpp>
#include <wamp/actors/client/target.hpp>
#include <wamp/actors/client/typed_answers.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace wamp {

/// A subscription, or a registration, that ends with this object. Movable.
class service {
public:
  service() = default;
  service(service&&) noexcept = default;
  service& operator=(service&& other) noexcept {
    std::swap(end_, other.end_);
    std::swap(confirmed_, other.confirmed_);
    return *this;
  }
  ~service() { end(); }

  /// The router's first answer. Throws std::logic_error if this is nobody's service: made without
  /// a client.
  const pending<std::uint64_t>& confirmed() const {
    if (!confirmed_)
      throw std::logic_error{"this service was never started: it has nothing to be confirmed"};
    return *confirmed_;
  }

  /// Unsubscribes or unregisters now; nothing if that was done before. Once it has returned the
  /// handler is not called any more if this is the client's actor; else it may be in a call yet.
  void end() {
    if (auto f = std::exchange(end_, nullptr))
      f();
  }
  /// It stays as long as the client does.
  void keep() { end_ = nullptr; }

private:
  friend class client;
  std::function<void()> end_;
  std::optional<pending<std::uint64_t>> confirmed_;
};

class client {
public:
  /// A client of a router in the same actor system; joins at once. `router` may be the gateway's
  /// actor, which knows all realms. The system must outlive the client. Throws
  /// std::invalid_argument if there is no router.
  client(caf::actor_system& system, client_settings settings, const entrance_actor& router)
      : actor_(spawn_client(system, std::move(settings), router, line_)) {}

  /// A client of a router anywhere. The system and the router's io thread must outlive the client.
  /// Throws std::invalid_argument if `router` names no thread or no URL.
  client(caf::actor_system& system, client_settings settings, const remote_router& router)
      : actor_(spawn_client(system, std::move(settings), router, line_)) {}

  /// A client of a router on another CAF node. The system must outlive the client.
  client(caf::actor_system& system, client_settings settings, const remote_node& router)
      : actor_(spawn_client(system, std::move(settings), router, line_)) {}

  /// Says GOODBYE, without waiting for the answer. What is pending fails. Waits for a handler that
  /// is in a call: none is called afterwards. In a handler it does not wait: its own are not called
  /// any more, those of another client may be until that has taken notice. Not in an actor, which
  /// would keep a thread waiting that the client may need: actors use spawn_client().
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void stop(std::string reason = "wamp.close.normal") {
    line_->post([reason = std::move(reason)](client_core& c) { c.stop(reason); });
  }

  /// The session, when there is one: calls and publications before that fail. An error if the
  /// client stops instead.
  pending<session_id> joined() const;

  /// For actors that want to talk to it by messages.
  const client_actor& actor() const noexcept { return actor_; }

  // -- calling and publishing: an ERROR wamp.error.network_failure while there is no session,
  // wamp.error.invalid_argument for options of the wrong type, wamp.error.invalid_uri by the router
  // for what is no URI --
  template <class... Args>
  outgoing_call call(target to, Args&&... args) {
    return start_call(std::move(to), make_payload(std::forward<Args>(args)...), {});
  }
  /// `on_progress(const result&)` for each but the last, in the client's actor. What it throws is
  /// logged.
  template <class... Args>
  outgoing_call
  call_progressively(target to, std::function<void(const result&)> on_progress, Args&&... args) {
    to.options.set("receive_progress", true);
    return start_call(
        std::move(to), make_payload(std::forward<Args>(args)...), std::move(on_progress));
  }

  /// The same, to ask for one result after the other.
  template <class... Args>
  result_stream stream(target to, Args&&... args) {
    to.options.set("receive_progress", true);
    return start_stream(std::move(to), make_payload(std::forward<Args>(args)...));
  }

  /// A call whose arguments are sent in parts, `first` and more:
  ///
  ///   auto [parts, sum] = c.call_in_parts("com.myapp.sum", 1);
  ///   parts.send(2);
  ///   parts.finish(3);
  ///   sum.get<int>();
  ///
  /// An ERROR wamp.error.feature_not_supported if the router, the callee or its handler does not
  /// take parts.
  template <class... Args>
  std::pair<argument_stream, outgoing_call> call_in_parts(target to, Args&&... first) {
    return start_call_in_parts(std::move(to), make_payload(std::forward<Args>(first)...));
  }
  /// The same with progressive results: both ways at once.
  template <class... Args>
  std::pair<argument_stream, result_stream> stream_in_parts(target to, Args&&... first) {
    to.options.set("receive_progress", true);
    return start_stream_in_parts(std::move(to), make_payload(std::forward<Args>(first)...));
  }

  /// What can not be sent is lost; wrong options are logged.
  template <class... Args>
  void publish(target to, Args&&... args) {
    send_publish(std::move(to), make_payload(std::forward<Args>(args)...));
  }
  template <class... Args>
  pending<published> ack_publish(target to, Args&&... args) {
    to.options.set("acknowledge", true);
    return send_acknowledged(std::move(to), make_payload(std::forward<Args>(args)...));
  }

  /// The session, when all that procedure() and channel() have declared so far is set up; the
  /// first ERROR if the router refused some of it.
  pending<session_id> declared() const;

  // -- serving and listening: set up in every session, as soon as there is one --
  /// For the life of the client. That the router refuses is logged. Forms of `f`: handlers.hpp.
  template <class F>
  void procedure(target at, F f) {
    declare(provide(std::move(at), make_procedure(std::move(f))));
  }
  template <class F>
  void channel(target at, F f) {
    declare(listen(std::move(at), make_event_handler(std::move(f))));
  }
  /// The same for as long as the returned object is there.
  template <class F>
  [[nodiscard]] service register_(target at, F f) {
    return provide(std::move(at), make_procedure(std::move(f)));
  }
  template <class F>
  [[nodiscard]] service subscribe(target at, F f) {
    return listen(std::move(at), make_event_handler(std::move(f)));
  }

private:
  outgoing_call start_call(target to, payload args, std::function<void(const result&)> on_progress);
  result_stream start_stream(target to, payload args);
  std::pair<argument_stream, outgoing_call> start_call_in_parts(target to, payload first);
  std::pair<argument_stream, result_stream> start_stream_in_parts(target to, payload first);
  void send_publish(target to, payload args);
  pending<published> send_acknowledged(target to, payload args);
  service provide(target at, procedure_handler handler);
  service listen(target at, event_handler handler);
  void declare(service s);
  using end_flag = std::shared_ptr<std::atomic<bool>>;
  template <class Id, class Add, class Remove>
  service keep_up(
      message_code type, const char* wish, const std::string& uri, end_flag over, Add add,
      Remove remove);

  mutable std::mutex declaring_;
  /// Those that are not answered yet, and some that are.
  std::vector<pending<std::uint64_t>> declared_;
  std::shared_ptr<client_line> line_ = std::make_shared<client_line>();
  client_actor actor_;
};

} // namespace wamp
