// A realm on a deterministic system, and clients in it.
#pragma once

#include <wamp/actors/router/router_actor.hpp>
#include <wamp/test/support/deterministic.hpp>
#include <wamp/test/support/peer.hpp>
#include <wamp/test/support/recorder.hpp>

#include <list>

namespace wamp::test {

class deterministic_realm {
public:
  explicit deterministic_realm(realm_settings settings = test_realm())
      : router_(spawn_router(system_, std::move(settings))) {}

  ~deterministic_realm() {
    clients_.clear();
    caf::anon_send_exit(router_, caf::exit_reason::user_shutdown);
    router_ = nullptr;
    system_.run();
  }
  deterministic_realm(const deterministic_realm&) = delete;
  deterministic_realm& operator=(const deterministic_realm&) = delete;

  deterministic_system& system() { return system_; }
  const router_actor& router() const { return router_; }
  void run() { system_.run(); }

  /// A client that has not said HELLO.
  client& stranger() { return clients_.emplace_back(system_, router_); }

  /// A client in an established session.
  client& join(dict callee_features = {}) {
    auto& c = stranger();
    c.hello_to("realm1", std::move(callee_features));
    run();
    c.take<welcome>();
    return c;
  }

private:
  deterministic_system system_;
  router_actor router_;
  std::list<client> clients_;
};

} // namespace wamp::test
