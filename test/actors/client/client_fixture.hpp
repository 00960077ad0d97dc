// Clients and a router in one actor system: real threads, no sockets.
#pragma once

#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace wamp::test {

struct client_fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  router_actor router = spawn_router(system, test_realm());

  client_fixture() = default;
  client_fixture(const client_fixture&) = delete;
  client_fixture& operator=(const client_fixture&) = delete;
  ~client_fixture() { caf::anon_send_exit(router, caf::exit_reason::user_shutdown); }

  static client_settings settings() {
    client_settings s;
    s.realm = "realm1";
    s.reconnect.first = std::chrono::milliseconds{1};
    return s;
  }
  std::unique_ptr<client> join(client_settings s = settings()) {
    auto c = std::make_unique<client>(system, std::move(s), entrance_actor{router});
    REQUIRE(answer_of(c->joined()).has_value());
    return c;
  }
  template <class T>
  static typename pending<T>::answer answer_of(const pending<T>& p) {
    auto a = p.await_for(std::chrono::seconds{10});
    REQUIRE(a.has_value());
    return std::move(*a);
  }
  template <class T>
  static std::string uri_of_error(const pending<T>& p) {
    auto a = answer_of(p);
    REQUIRE_FALSE(a.has_value());
    return a.error().uri;
  }
};

/// An entrance whose router can be exchanged.
struct door {
  std::mutex mutex;
  router_actor router;
  entrance_actor way_in;
  ~door() { caf::anon_send_exit(way_in, caf::exit_reason::user_shutdown); }
  void open_to(router_actor r) {
    std::lock_guard lock{mutex};
    router = std::move(r);
  }
  explicit door(caf::actor_system& system) {
    way_in = system.spawn([this](entrance_actor::pointer) -> entrance_actor::behavior_type {
      return {[this](const join_request& m) {
        std::lock_guard lock{mutex};
        caf::anon_send(router, m);
      }};
    });
  }
};

} // namespace wamp::test
