// For tests of programs that use this library: a realm in the test's own process, and a clock that
// stands still until the test turns it. Nothing of it is for production.
//
//   wamp::test_realm realm;
//   wamp::client user{realm.system(), realm.settings(), realm.router()};
//   ...
//   realm.advance(std::chrono::seconds{30}); // call timeouts, reconnecting, ...
#pragma once

#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/interfaces.hpp>
#include <wamp/actors/realm_settings.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace wamp {

/// An actor system of its own with one realm in it. Thread-safe. Clients of it must be gone first.
class test_realm {
public:
  explicit test_realm(std::string name = "realm1");
  explicit test_realm(realm_settings settings);
  ~test_realm();
  test_realm(const test_realm&) = delete;
  test_realm& operator=(const test_realm&) = delete;

  caf::actor_system& system();
  const router_actor& router() const;
  /// For a client of this realm.
  client_settings settings() const;

  /// Turns the clock of all actors of the system. What is due by then happens, in its order, but
  /// in the actors' threads: wait for what you expect of it.
  void advance(std::chrono::nanoseconds by);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace wamp
