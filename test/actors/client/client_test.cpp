// Clients and a router in one actor system: real threads, no sockets.
#include <wamp/test/actors/client/client_fixture.hpp>

#include <string>
#include <thread>
#include <tuple>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(client_fixture, "a canceled call is over, and its callee is told") {
  seen<responder> open;
  auto callee = join();
  auto caller = join();
  auto a =
      callee->register_("a.slow", [&](const invocation&, const responder& to) { open.add(to); });
  answer_of(a.confirmed());
  auto call = caller->call("a.slow");
  const auto to = open.take();
  CHECK_FALSE(to.interrupted());
  call.cancel();
  CHECK(uri_of_error(call) == uris::canceled);
  while (!to.interrupted())
    std::this_thread::yield();
  to.result();
  // With `kill` the callee has the last word.
  auto killed = caller->call("a.slow");
  const auto second = open.take();
  killed.cancel(cancel_mode::kill);
  while (!second.interrupted())
    std::this_thread::yield();
  second.result(make_payload(7));
  CHECK(killed.get<int>() == 7);
}

TEST_CASE_FIXTURE(client_fixture, "events reach handlers in order") {
  seen<int> numbers;
  auto publisher = join();
  auto subscriber = join();
  auto s = subscriber->subscribe("a.topic", [&](int n) { numbers.add(n); });
  answer_of(s.confirmed());
  for (int i = 0; i < 1000; ++i)
    publisher->publish("a.topic", i);
  for (int i = 0; i < 1000; ++i)
    REQUIRE(numbers.take() == i);
  publisher->publish("a.topic", "not a number"); // logged and skipped
  CHECK(answer_of(publisher->ack_publish("a.topic", 1000)).has_value());
  CHECK(numbers.take() == 1000);
}

TEST_CASE_FIXTURE(client_fixture, "publish options are the protocol's") {
  seen<int> numbers;
  auto c = join();
  auto s = c->subscribe("a.topic", [&](int n) { numbers.add(n); });
  answer_of(s.confirmed());
  answer_of(c->ack_publish("a.topic", 1)); // not to oneself, unless one asks for it
  answer_of(c->ack_publish({"a.topic", {{"exclude_me", false}}}, 2));
  CHECK(numbers.take() == 2);
  CHECK(numbers.empty());
}

TEST_CASE_FIXTURE(client_fixture, "a service ends with its object") {
  auto c = join();
  auto other = join();
  {
    auto a = c->register_("a.b", [] { return 1; });
    answer_of(a.confirmed());
    CHECK(other->call("a.b").get<int>() == 1);
  }
  // The UNREGISTER of one client and the CALL of another meet in any order: ask until it is done.
  while (answer_of(other->call("a.b")).has_value())
    std::this_thread::yield();
  CHECK(uri_of_error(other->call("a.b")) == uris::no_such_procedure);
}

TEST_CASE_FIXTURE(client_fixture, "a refused registration is told") {
  auto c = join();
  auto other = join();
  auto a = c->register_("a.b", [] {});
  answer_of(a.confirmed());
  auto b = other->register_("a.b", [] {});
  const auto no = answer_of(b.confirmed());
  REQUIRE_FALSE(no.has_value());
  CHECK(no.error().uri == uris::procedure_already_exists);
}

TEST_CASE_FIXTURE(client_fixture, "what was declared can be waited for") {
  client c{system, settings(), entrance_actor{router}};
  CHECK(answer_of(c.declared()).has_value()); // nothing: when there is a session
  for (int i = 0; i < 50; ++i)
    c.procedure("a.p" + std::to_string(i), [i] { return i; });
  c.channel("a.topic", [](int) {});
  CHECK(answer_of(c.declared()).has_value());
  auto other = join();
  for (int i = 0; i < 50; ++i)
    CHECK(other->call("a.p" + std::to_string(i)).get<int>() == i);
  c.procedure("a.p0", [] {}); // twice
  const auto refused = answer_of(c.declared());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().uri == uris::procedure_already_exists);
}

TEST_CASE_FIXTURE(client_fixture, "results and events as values, errors as sentences") {
  auto c = join();
  seen<std::tuple<int, std::string>> heard;
  auto topic = c->subscribe(
      "a.topic", [&](const event& e) { heard.add(as<std::tuple<int, std::string>>(e)); });
  auto add = c->register_("a.add", [](int a, int b) { return a + b; });
  answer_of(add.confirmed());
  CHECK(as<int>(c->call("a.add", 1, 2).await()) == 3);
  CHECK_THROWS_AS(as<std::string>(c->call("a.add", 1, 2).await()), wamp_error);
  CHECK_THROWS_AS(as<int>(c->call("a.nothing").await()), wamp_error);
  c->publish({"a.topic", {{"exclude_me", false}}}, 7, "x");
  CHECK(heard.take() == std::tuple{7, "x"});
  CHECK(describe(to_caf_error(wamp_error{"a.b", {"why"}})) == "a.b: why");
  CHECK(
      describe(caf::make_error(caf::sec::runtime_error)).find("runtime_error")
      != std::string::npos);
}

TEST_CASE_FIXTURE(client_fixture, "an event handler that is a coroutine keeps what it captures") {
  seen<responder> asked;
  seen<std::string> heard;
  auto c = join();
  auto slow = c->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  auto s = c->subscribe(
      "a.topic", [&heard, c = c.get(), text = std::string(100, 'x')](int n) -> pending<arguments> {
        co_await c->call("a.slow");
        heard.add(text.substr(0, static_cast<std::size_t>(n)));
        co_return arguments{};
      });
  answer_of(s.confirmed());
  c->publish({"a.topic", {{"exclude_me", false}}}, 3);
  auto to = asked.take();
  s.end();
  answer_of(c->ack_publish("a.nobody"));
  to.result();
  CHECK(heard.take() == "xxx");
}
