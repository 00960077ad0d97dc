// A client whose router dies: what it restores in the next session, and what it does not.
#include <wamp/test/actors/client/client_fixture.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(client_fixture, "a client joins again and restores what it serves and hears") {
  door entrance{system};
  entrance.open_to(router);
  const auto& way_in = entrance.way_in;
  seen<client_status> changes;
  auto s = settings();
  s.on_status = [&](const client_status& now) { changes.add(now); };
  std::atomic<int> served{0};
  seen<responder> kept; // answers to callers that are gone
  seen<int> numbers;
  client c{system, s, way_in}; // what its handlers use stands before it
  c.procedure("a.b", [&] { return ++served; });
  c.channel("a.topic", [&](int n) { numbers.add(n); });
  c.procedure("a.hanging", [&](const invocation&, const responder& to) { kept.add(to); });
  for (int round = 1; round <= 20; ++round) {
    CHECK(changes.take().state == client_state::joined);
    auto other = std::make_unique<client>(system, settings(), way_in);
    answer_of(other->joined());
    // It serves as soon as it has registered again.
    auto a = answer_of(other->call("a.b"));
    while (!a)
      a = answer_of(other->call("a.b"));
    CHECK(a->args.values().args == list{round});
    for (int got = 0; got != round;) {
      CHECK(answer_of(other->ack_publish("a.topic", round)).has_value());
      while (!numbers.empty())
        got = numbers.take();
    }
    auto hanging = c.call("a.hanging");
    // The router dies and another takes its place.
    auto old = router;
    router = spawn_router(system, test::test_realm());
    entrance.open_to(router);
    caf::anon_send_exit(old, caf::exit_reason::kill);
    CHECK_FALSE(answer_of(hanging).has_value());
    const auto lost = changes.take();
    CHECK(lost.state == client_state::disconnected);
    CHECK(lost.reason == uris::close_realm);
    CHECK(changes.take().state == client_state::connecting);
  }
}

TEST_CASE_FIXTURE(client_fixture, "canceling a call of an earlier session harms none of the next") {
  door entrance{system};
  entrance.open_to(router);
  seen<client_status> changes;
  auto s = settings();
  s.on_status = [&](const client_status& now) { changes.add(now); };
  seen<responder> open;
  client c{system, s, entrance.way_in};
  c.procedure("a.slow", [&](const invocation&, const responder& to) { open.add(to); });
  const auto wait_for_session = [&] {
    while (changes.take().state != client_state::joined) {
    }
  };
  wait_for_session();
  const auto first = c.call("a.slow");
  const auto hanging = open.take();
  auto old = router;
  router = spawn_router(system, test::test_realm());
  entrance.open_to(router);
  caf::anon_send_exit(old, caf::exit_reason::kill);
  CHECK_FALSE(answer_of(first).has_value());
  wait_for_session();
  const auto second = c.call("a.slow"); // of the same id
  const auto to = open.take();
  first.cancel();
  to.result(make_payload(7));
  CHECK(second.get<int>() == 7);
}

TEST_CASE_FIXTURE(
    client_fixture, "thousands of subscriptions and procedures survive the end of a session") {
  constexpr int count = 2500; // more than a session takes at once
  seen<int> heard;
  door entrance{system};
  entrance.open_to(router);
  auto c = std::make_unique<client>(system, settings(), entrance.way_in);
  answer_of(c->joined());
  std::vector<service> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(c->subscribe("a.t" + std::to_string(i), [&, i](int) { heard.add(i); }));
    answer_of(all.back().confirmed());
    all.push_back(c->register_("a.p" + std::to_string(i), [i] { return i; }));
    answer_of(all.back().confirmed());
  }
  auto next = spawn_router(system, test::test_realm());
  entrance.open_to(next);
  caf::anon_send_exit(router, caf::exit_reason::kill);
  client other{system, settings(), entrance_actor{next}};
  answer_of(other.joined());
  for (int i = 0; i < count; ++i)
    while (!c->call("a.p" + std::to_string(i)).await()) {
    }
  for (int i : {0, 100, 2047, 2048, count - 1})
    for (bool found = false; !found;) {
      answer_of(other.ack_publish("a.t" + std::to_string(i), 0));
      while (!heard.empty())
        found = heard.take() == i || found;
    }
  c.reset();
  caf::anon_send_exit(next, caf::exit_reason::user_shutdown);
}
