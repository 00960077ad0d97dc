// The kit for users' tests: its clock moves timeouts and nothing else does.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/testing/test_realm.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;

TEST_CASE("a realm and a client in two lines") {
  test_realm realm;
  client c{realm.system(), realm.settings(), realm.router()};
  auto add = c.register_("a.add", [](int x, int y) { return x + y; });
  add.confirmed().get();
  CHECK(c.call("a.add", 1, 2).get<int>() == 3);
}

TEST_CASE("a call's time is over when the clock is turned that far, and not before") {
  seen<responder> asked;
  test_realm realm;
  client c{realm.system(), realm.settings(), realm.router()};
  auto slow = c.register_("a.slow", [&](const invocation&, const responder& to) { asked.add(to); });
  slow.confirmed().get();
  auto call = c.call({"a.slow", {{"timeout", 86'400'000}}});
  auto to = asked.take();
  realm.advance(24h - 1s);
  auto another = c.call("a.nobody"); // its answer shows that the client has had its turn
  CHECK_FALSE(another.await().has_value());
  CHECK_FALSE(call.ready());
  realm.advance(1s);
  auto answer = call.await();
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().uri == uris::timeout);
}

TEST_CASE("a client that was refused tries again when its time has come") {
  test_realm realm;
  seen<client_state> states;
  auto settings = realm.settings();
  settings.realm = "another";
  settings.reconnect.first = 1h;
  settings.on_status = [&](const client_status& s) { states.add(s.state); };
  client c{realm.system(), settings, realm.router()};
  CHECK(states.take() == client_state::disconnected);
  CHECK(states.empty());
  realm.advance(2h); // jitter included
  CHECK(states.take() == client_state::connecting);
  CHECK(states.take() == client_state::disconnected);
}
