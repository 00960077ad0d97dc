// Who decides in the realms of a gateway can be changed while it runs.
#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/actors/gateway/gateway_actor.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/deterministic.hpp>
#include <wamp/test/support/peer.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <list>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  deterministic_system system;
  gateway_actor gateway = spawn_gateway(system, {test_realm("a"), fragile("b")}, {});
  std::list<client> clients;

  fixture() = default;
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() {
    clients.clear();
    caf::anon_send_exit(gateway, caf::exit_reason::user_shutdown);
    gateway = nullptr;
    system.run();
  }

  /// Its router fails when it has drawn three session ids.
  static realm_settings fragile(std::string name) {
    auto settings = test_realm(std::move(name));
    settings.random = [] {
      return [n = std::uint64_t{0}]() mutable {
        return n < 3 ? n++ : throw std::runtime_error{"sabotage"};
      };
    };
    return settings;
  }
  client& say_hello(const std::string& realm) {
    auto& c = clients.emplace_back(system, gateway);
    c.hello_to(realm);
    system.run();
    return c;
  }
  bool may_subscribe(const std::string& realm) {
    auto& c = say_hello(realm);
    c.take<welcome>();
    c.send(subscribe{request_id{1}, {}, "com.a"});
    system.run();
    return c.received().count<subscribed>() == 1;
  }
  bool set(const std::string& realm) {
    caf::actor_system& s = system;
    bool found = false;
    s.spawn([&, to = gateway](caf::event_based_actor* self) {
      self->request(to, caf::infinite, realm_authorizer{realm, authorize_by_roles({})})
          .then([&](bool is_there) { found = is_there; });
    });
    system.run();
    return found;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "in one realm, and in no other") {
  CHECK(may_subscribe("a"));
  CHECK(set("a"));
  CHECK_FALSE(may_subscribe("a"));
  CHECK(may_subscribe("b"));
  CHECK_FALSE(set("c"));
}

TEST_CASE_FIXTURE(fixture, "a router that follows another knows it") {
  CHECK(set("b"));
  CHECK_FALSE(may_subscribe("b"));
  for (int n = 0; n < 3; ++n)
    say_hello("b"); // one of them is the last straw
  CHECK_FALSE(may_subscribe("b"));
}
