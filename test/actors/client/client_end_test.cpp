// The end of a client, and the time before its first session: who waits is told, and no handler is
// called any more.
#include <wamp/test/actors/client/client_fixture.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(client_fixture, "no handler is called when the client is gone") {
  for (int round = 0; round < 50; ++round) {
    auto publisher = join();
    auto number = std::make_unique<int>(0);
    {
      auto c = join();
      c->channel("a.topic", [&](int n) { *number = n; });
      auto s = c->subscribe("a.topic", [](int) {});
      answer_of(s.confirmed());
      for (int i = 0; i < 100; ++i)
        publisher->publish("a.topic", i);
    }
    number.reset(); // a handler that still ran would meet it
    answer_of(publisher->ack_publish("a.topic", 0));
  }
}

TEST_CASE_FIXTURE(client_fixture, "requests fail clearly before a session and after the end") {
  auto s = settings();
  s.realm = "nowhere";
  client lost{system, s, entrance_actor{router}};
  CHECK(uri_of_error(lost.call("a.b")) == uris::network_failure);
  auto c = join();
  auto hanging = c->joined();
  c->stop();
  const auto after = c->call("a.b");
  CHECK(uri_of_error(after) == uris::network_failure);
  seen<bool> ended;
  c->actor()->attach_functor([&] { ended.add(true); });
  ended.take();
  CHECK(uri_of_error(c->call("a.b")) == uris::network_failure);
  CHECK_FALSE(answer_of(c->joined()).has_value());
}

TEST_CASE_FIXTURE(client_fixture, "a client's actor that is killed leaves nobody waiting") {
  seen<responder> asked;
  auto callee = join();
  auto s =
      callee->register_("a.hangs", [&](const invocation&, const responder& to) { asked.add(to); });
  answer_of(s.confirmed());
  auto c = join();
  auto call = c->call("a.hangs");
  auto to = asked.take();
  caf::anon_send_exit(c->actor(), caf::exit_reason::kill);
  CHECK(uri_of_error(call) == uris::network_failure);
  CHECK(uri_of_error(c->call("a.hangs")) == uris::network_failure);
}

TEST_CASE_FIXTURE(client_fixture, "nothing of a client is called once it is gone") {
  seen<responder> asked;
  auto callee = join();
  auto slow = callee->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  answer_of(slow.confirmed());
  for (int round = 0; round < 20; ++round) {
    auto told = std::make_unique<std::string>();
    std::optional<responder> open; // or the call would have an answer
    {
      auto c = join();
      c->call("a.slow").then([&told](const auto& a) { *told = a.error().uri; });
      open = asked.take();
    }
    CHECK(*told == uris::canceled);
    told.reset(); // a callback that came later would meet it
  }
}

TEST_CASE_FIXTURE(client_fixture, "why a client gave up is told whenever one asks") {
  auto s = settings();
  s.realm = "nowhere";
  s.reconnect.enabled = false;
  client c{system, s, entrance_actor{router}};
  for (int i = 0; i < 2; ++i) {
    auto a = c.joined().await();
    REQUIRE_FALSE(a.has_value());
    CHECK(a.error().uri == uris::no_such_realm);
    seen<bool> ended;
    c.actor()->attach_functor([&] { ended.add(true); });
    ended.take();
  }
}

TEST_CASE_FIXTURE(client_fixture, "what is tried again at the end of a client ends before it") {
  seen<responder> asked;
  auto callee = join();
  auto slow = callee->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  answer_of(slow.confirmed());
  for (int round = 0; round < 20; ++round) {
    auto tries = std::make_unique<int>(0);
    {
      auto c = join();
      std::function<void()> again = [&, c = c.get()] {
        c->call("a.slow").then([&](const auto& a) {
          ++*tries;
          if (!a && *tries < 5)
            again();
        });
      };
      again();
      const auto open = asked.take();
      c.reset();
      CHECK(*tries == 5);
    }
    tries.reset(); // a callback that came later would meet it
  }
}

TEST_CASE_FIXTURE(client_fixture, "the end answers those who wait for a first answer, too") {
  auto s = settings();
  s.realm = "nowhere"; // never a session
  caf::scoped_actor self{system};
  auto told = std::make_unique<std::string>();
  {
    client c{system, s, entrance_actor{router}};
    auto one = c.subscribe("a.b", [] {});
    auto two = c.register_("a.b", [] {});
    one.confirmed().then([&](const auto& a) { *told += a.error().uri + " "; });
    two.confirmed().then([&](const auto& a) { *told += a.error().uri; });
  }
  CHECK(told->size() > 20);
  told.reset();
  for (bool kill : {false, true}) {
    CAPTURE(kill);
    auto lost = spawn_client(system, s, entrance_actor{router});
    auto sink = system.spawn([](subscriber_actor::pointer) {
      return subscriber_actor::behavior_type{[](const event&) {}};
    });
    auto request = self->request(lost, 20s, attach_subscriber{"a.b", sink});
    auto joining = self->request(lost, 20s, joined_atom::value);
    // Its answer shows that both have come.
    self->request(lost, 20s, get_atom::value)
        .receive([](const client_status&) {}, [](const caf::error&) {});
    if (kill)
      caf::anon_send_exit(lost, caf::exit_reason::kill);
    else
      caf::anon_send(lost, stop_client{});
    int answers = 0;
    request.receive(
        [](const subscribed&) {},
        [&](const caf::error& e) { answers += wamp_error_of(e) ? 1 : 0; });
    joining.receive(
        [](session_id) {}, [&](const caf::error& e) { answers += wamp_error_of(e) ? 1 : 0; });
    CHECK(answers == 2);
    caf::anon_send_exit(sink, caf::exit_reason::user_shutdown);
  }
}
