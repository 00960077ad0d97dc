// Clients and a router in one actor system: real threads, no sockets.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;

namespace {

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  router_actor router = spawn_router(system, test::test_realm());

  fixture() = default;
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() { caf::anon_send_exit(router, caf::exit_reason::user_shutdown); }

  static client_settings settings() {
    client_settings s;
    s.realm = "realm1";
    s.reconnect.first = 1ms;
    return s;
  }
  std::unique_ptr<client> join(client_settings s = settings()) {
    auto c = std::make_unique<client>(system, std::move(s), entrance_actor{router});
    REQUIRE(c->joined().await_for(10s).has_value());
    return c;
  }
  template <class T>
  static auto answer_of(const pending<T>& p) {
    auto a = p.await_for(10s);
    REQUIRE(a.has_value());
    return std::move(*a);
  }
  static std::string uri_of_error(const pending<result>& p) {
    auto a = answer_of(p);
    REQUIRE_FALSE(a.has_value());
    return a.error().uri;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a procedure with typed parameters is called with values") {
  auto callee = join();
  auto caller = join();
  auto add = callee->register_("com.myapp.add", [](int a, int b) { return a + b; });
  answer_of(add.confirmed());
  CHECK(caller->call("com.myapp.add", 1, 2).get<int>() == 3);
  const auto wrong = answer_of(caller->call("com.myapp.add", "one", 2));
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().uri == uris::invalid_argument);
  CHECK(uri_of_error(caller->call("com.myapp.add", 1)) == uris::invalid_argument);
  CHECK_THROWS_AS(caller->call("com.myapp.add", 1, 2).get<std::string>(), wamp_error);
}

TEST_CASE_FIXTURE(fixture, "a procedure may return nothing, one, several, and keyword arguments") {
  auto c = join();
  auto a = c->register_("a.nothing", [] {});
  auto b = c->register_("a.several", [](int n) { return std::tuple{n, "x"}; });
  auto d = c->register_("a.keywords", [](double x, double y) {
    return std::tuple{x / y, kwargs{{"remainder", 1}}};
  });
  auto e = c->register_("a.seed", [](const list& args, const dict& kw, const dict& details) {
    return arguments{args, kw.empty() ? dict{{"details", details}} : kw};
  });
  answer_of(e.confirmed());
  CHECK(c->call("a.nothing").get<arguments>() == arguments{});
  CHECK(c->call("a.several", 7).get<std::tuple<int, std::string>>() == std::tuple{7, "x"});
  CHECK(c->call("a.keywords", 9, 2).get<arguments>() == arguments{{4.5}, {{"remainder", 1}}});
  CHECK(c->call("a.seed", 1, kwargs{{"k", 2}}).get<arguments>() == arguments{{1}, {{"k", 2}}});
}

TEST_CASE_FIXTURE(fixture, "what a procedure throws is an ERROR, and keeps its secrets") {
  auto c = join();
  auto a = c->register_("a.custom", [](int n) {
    if (n == 0)
      throw invocation_error{"com.myapp.division_by_zero", {"no"}, {{"n", n}}};
  });
  auto b = c->register_("a.other", [] { throw std::runtime_error{"the password is 1234"}; });
  answer_of(b.confirmed());
  const auto custom = answer_of(c->call("a.custom", 0));
  REQUIRE_FALSE(custom.has_value());
  CHECK(custom.error().uri == "com.myapp.division_by_zero");
  CHECK(custom.error().args.values() == arguments{{"no"}, {{"n", 0}}});
  const auto other = answer_of(c->call("a.other"));
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().uri == uris::runtime_error);
  CHECK(other.error().args.values() == arguments{{"the procedure failed"}, {}});
}

TEST_CASE_FIXTURE(fixture, "a responder answers later, from any thread, once") {
  seen<responder> open;
  auto c = join();
  auto a = c->register_("a.later", [&](const invocation&, const responder& to) { open.add(to); });
  answer_of(a.confirmed());
  auto call = c->call("a.later");
  {
    const auto to = open.take();
    CHECK_FALSE(call.ready());
    std::thread{[&] {
      to.result(make_payload("done"));
      to.fail("com.myapp.too_late");
    }}.join();
  }
  CHECK(call.get<std::string>() == "done");
  auto forgotten = c->call("a.later");
  { const auto dropped = open.take(); }
  CHECK(uri_of_error(forgotten) == uris::runtime_error);
}

TEST_CASE_FIXTURE(fixture, "a canceled call is over, and its callee is told") {
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

TEST_CASE_FIXTURE(fixture, "events reach handlers in order") {
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

TEST_CASE_FIXTURE(fixture, "publish options are the protocol's") {
  seen<int> numbers;
  auto c = join();
  auto s = c->subscribe("a.topic", [&](int n) { numbers.add(n); });
  answer_of(s.confirmed());
  answer_of(c->ack_publish("a.topic", 1)); // not to oneself, unless one asks for it
  answer_of(c->ack_publish({"a.topic", {{"exclude_me", false}}}, 2));
  CHECK(numbers.take() == 2);
  CHECK(numbers.empty());
}

TEST_CASE_FIXTURE(fixture, "a service ends with its object") {
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

TEST_CASE_FIXTURE(fixture, "a refused registration is told") {
  auto c = join();
  auto other = join();
  auto a = c->register_("a.b", [] {});
  answer_of(a.confirmed());
  auto b = other->register_("a.b", [] {});
  const auto no = answer_of(b.confirmed());
  REQUIRE_FALSE(no.has_value());
  CHECK(no.error().uri == uris::procedure_already_exists);
}

TEST_CASE_FIXTURE(fixture, "a handler calls others by then(), and may not wait") {
  seen<std::string> waited;
  auto c = join();
  c->procedure("a.inner", [](int n) { return 2 * n; });
  c->procedure("a.outer", [&](const invocation&, const responder& to) {
    auto inner = c->call("a.inner", 21);
    try {
      inner.await();
    } catch (const std::logic_error&) {
      waited.add("refused");
    }
    inner.then([to](const auto& a) { to.result(a->args); });
  });
  auto last = c->register_("a.last", [] {});
  answer_of(last.confirmed());
  CHECK(c->call("a.outer").get<int>() == 42);
  CHECK(waited.take() == "refused");
}

/// A coroutine that nobody waits for.
struct detached {
  struct promise_type {
    detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

detached double_in_another(client& c, responder to) {
  auto inner = c.call("a.inner", 21);
  auto a = co_await inner;
  to.result(a->args);
}

TEST_CASE_FIXTURE(fixture, "a handler calls others by co_await") {
  auto c = join();
  c->procedure("a.inner", [](int n) { return 2 * n; });
  c->procedure(
      "a.outer", [&](const invocation&, const responder& to) { double_in_another(*c, to); });
  auto last = c->register_("a.last", [] {});
  answer_of(last.confirmed());
  CHECK(c->call("a.outer").get<int>() == 42);
}

TEST_CASE_FIXTURE(fixture, "no handler is called when the client is gone") {
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

TEST_CASE_FIXTURE(fixture, "requests fail clearly before a session and after the end") {
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

TEST_CASE_FIXTURE(fixture, "a client joins again and restores what it serves and hears") {
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

TEST_CASE_FIXTURE(fixture, "canceling a call of an earlier session harms none of the next") {
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

TEST_CASE_FIXTURE(fixture, "an actor calls and publishes by requests") {
  auto c = join();
  c->procedure("a.add", [](int a, int b) { return a + b; });
  auto last = c->register_("a.last", [] {});
  answer_of(last.confirmed());
  caf::scoped_actor self{system};
  wamp::call m;
  m.procedure = "a.add";
  m.args = make_payload(1, 2);
  self->request(c->actor(), 10s, m)
      .receive(
          [](const result& r) { CHECK(r.args.values().args == list{3}); },
          [](const caf::error&) { FAIL("no result"); });
  m.procedure = "a.nothing";
  self->request(c->actor(), 10s, m)
      .receive(
          [](const result&) { FAIL("no such procedure"); },
          [](const caf::error& e) {
            REQUIRE(wamp_error_of(e));
            CHECK(wamp_error_of(e)->uri == uris::no_such_procedure);
          });
  wamp::publish p;
  p.topic = "a.topic";
  p.options = {{"acknowledge", true}};
  self->request(c->actor(), 10s, p)
      .receive(
          [](const published& a) { CHECK(a.publication != publication_id{}); },
          [](const caf::error&) { FAIL("not published"); });
}

TEST_CASE_FIXTURE(
    fixture, "a handler may return what comes later, an error, or what was expected") {
  auto c = join();
  auto add = c->register_("a.add", [](int a, int b) { return a + b; });
  auto pass_on = c->register_("a.pass_on", [&](int a, int b) { return c->call("a.add", a, b); });
  auto wrong = c->register_("a.wrong", [](int) { return wamp_error{"a.no", {"not that"}}; });
  auto maybe = c->register_("a.maybe", [](int n) -> tl::expected<int, wamp_error> {
    if (n < 0)
      return tl::unexpected(wamp_error{"a.negative"});
    return n;
  });
  auto coroutine = c->register_("a.coroutine", [&](int n) -> pending<arguments> {
    auto sum = co_await c->call("a.add", n, 1);
    auto more = co_await c->call("a.add", sum.value().args.values().args.at(0), 1);
    if (n == 0)
      throw wamp_error{"a.zero"};
    if (n == 1)
      throw std::runtime_error{"the password is 1234"};
    co_return make_arguments(*more.value().args.values().args.at(0).get_if<std::int64_t>());
  });
  answer_of(coroutine.confirmed());
  CHECK(c->call("a.pass_on", 1, 2).get<int>() == 3);
  CHECK(uri_of_error(c->call("a.pass_on", 1, "x")) == uris::invalid_argument);
  CHECK(uri_of_error(c->call("a.wrong", 1)) == "a.no");
  CHECK(c->call("a.maybe", 5).get<int>() == 5);
  CHECK(uri_of_error(c->call("a.maybe", -5)) == "a.negative");
  CHECK(c->call("a.coroutine", 5).get<int>() == 7);
  CHECK(uri_of_error(c->call("a.coroutine", 0)) == "a.zero");
  const auto secret = answer_of(c->call("a.coroutine", 1));
  REQUIRE_FALSE(secret.has_value());
  CHECK(secret.error().uri == uris::runtime_error);
  CHECK(secret.error().args.values() == arguments{{"the procedure failed"}, {}});
}

TEST_CASE_FIXTURE(fixture, "a client's actor that is killed leaves nobody waiting") {
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

TEST_CASE_FIXTURE(fixture, "nothing of a client is called once it is gone") {
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

TEST_CASE_FIXTURE(fixture, "a coroutine's captures last until it has answered") {
  seen<responder> asked;
  auto c = join();
  auto slow = c->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  auto coroutine = c->register_(
      "a.coroutine", [c = c.get(), text = std::string(100, 'x')](int n) -> pending<arguments> {
        co_await c->call("a.slow");
        co_return make_arguments(text.substr(0, static_cast<std::size_t>(n)));
      });
  answer_of(coroutine.confirmed());
  auto call = c->call("a.coroutine", 3);
  auto to = asked.take();
  coroutine.end();
  while (c->call("a.coroutine", 3).await().error().uri != uris::no_such_procedure) {
  }
  to.result();
  CHECK(call.get<std::string>() == "xxx");
}

TEST_CASE_FIXTURE(fixture, "why a client gave up is told whenever one asks") {
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

TEST_CASE_FIXTURE(fixture, "what was declared can be waited for") {
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

TEST_CASE_FIXTURE(fixture, "a handler with a responder and no result answers later") {
  seen<responder> asked;
  auto c = join();
  auto s = c->register_("a.later", [&](responder to, int n) {
    if (n > 0)
      asked.add(to);
  });
  answer_of(s.confirmed());
  auto call = c->call("a.later", 1);
  auto to = asked.take();
  CHECK_FALSE(call.ready());
  to.result(make_payload("done"));
  CHECK(call.get<std::string>() == "done");
  CHECK(uri_of_error(c->call("a.later", 0)) == uris::runtime_error); // nobody answers
}

TEST_CASE_FIXTURE(fixture, "results and events as values, errors as sentences") {
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

TEST_CASE_FIXTURE(fixture, "an actor waits for a session by request") {
  auto c = join();
  caf::scoped_actor self{system};
  session_id id;
  self->request(c->actor(), 10s, joined_atom::value)
      .receive([&](session_id s) { id = s; }, [](const caf::error&) {});
  CHECK(id.value() != 0);
  auto s = settings();
  s.realm = "nowhere";
  s.reconnect.max_attempts = 3;
  auto lost = spawn_client(system, s, entrance_actor{router});
  std::string why;
  self->request(lost, 10s, joined_atom::value)
      .receive([](session_id) {}, [&](const caf::error& e) { why = describe(e); });
  CHECK(why.find(uris::no_such_realm) == 0);
}

TEST_CASE_FIXTURE(
    fixture, "thousands of subscriptions and procedures survive the end of a session") {
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

TEST_CASE_FIXTURE(fixture, "what is tried again at the end of a client ends before it") {
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

TEST_CASE_FIXTURE(fixture, "the end answers those who wait for a first answer, too") {
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

TEST_CASE_FIXTURE(fixture, "an event handler that is a coroutine keeps what it captures") {
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

TEST_CASE_FIXTURE(fixture, "an actor that is slow loses events, and gets them again later") {
  constexpr int published = 40;
  seen<int> heard;
  std::promise<void> go_on;
  auto slow = system.spawn([&](subscriber_actor::pointer) {
    return subscriber_actor::behavior_type{[&, first = true](const event& e) mutable {
      if (std::exchange(first, false))
        go_on.get_future().wait();
      heard.add(std::get<0>(*arguments_as<int, std::string>(e.args.values())));
    }};
  });
  auto c = join();
  caf::scoped_actor self{system};
  self->request(c->actor(), 10s, attach_subscriber{"a.topic", slow})
      .receive([](const subscribed&) {}, [](const caf::error& e) { FAIL(describe(e)); });
  const auto publish = [&](int n, std::size_t size) {
    answer_of(c->ack_publish({"a.topic", {{"exclude_me", false}}}, n, std::string(size, 'x')));
  };
  for (int i = 0; i < published; ++i)
    publish(i, std::size_t{1} << 20U);
  publish(published, 1); // behind it, the client has passed on all that came before
  go_on.set_value();
  int count = 0;
  for (int last = -1, next = published + 1; last < published; ++count) {
    if (heard.empty())
      publish(next++, 1);
    last = heard.take();
  }
  CHECK(count < 30);
  caf::anon_send_exit(slow, caf::exit_reason::user_shutdown);
  self->wait_for(slow); // it uses what is here
}

TEST_CASE_FIXTURE(fixture, "an actor that is slow to serve is not asked for ever more") {
  std::promise<void> go_on;
  seen<int> served;
  auto slow = system.spawn([&](procedure_actor::pointer) {
    return procedure_actor::behavior_type{[&, first = true](const invocation&) mutable {
      if (std::exchange(first, false))
        go_on.get_future().wait();
      served.add(1);
      return arguments{};
    }};
  });
  auto c = join();
  caf::scoped_actor self{system};
  self->request(c->actor(), 10s, attach_procedure{"a.slow", slow})
      .receive([](const registered&) {}, [](const caf::error& e) { FAIL(describe(e)); });
  std::vector<pending<result>> calls;
  for (int i = 0; i < 20; ++i)
    calls.push_back(c->call("a.slow", std::string(std::size_t{1} << 20U, 'x')));
  for (int i = 16; i < 20; ++i)
    CHECK(uri_of_error(calls[static_cast<std::size_t>(i)]) == uris::unavailable);
  go_on.set_value();
  for (int i = 0; i < 16; ++i)
    CHECK(answer_of(calls[static_cast<std::size_t>(i)]).has_value());
  CHECK(c->call("a.slow").await().has_value());
  caf::anon_send_exit(slow, caf::exit_reason::user_shutdown);
  self->wait_for(slow); // it uses what is here
}

TEST_CASE_FIXTURE(fixture, "results are read as a stream, each once and in order") {
  auto callee = join();
  auto caller = join();
  seen<responder> asked;
  auto count = callee->register_("a.count", [](const responder& to, int n) {
    for (int i = 0; i < n; ++i)
      to.progress(make_payload(i));
    return "done";
  });
  auto slow = callee->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  answer_of(slow.confirmed());
  const auto parts = caller->stream("a.count", 100);
  for (int i = 0; i < 100; ++i) {
    const auto part = parts.next().get();
    REQUIRE(part);
    CHECK(as<int>(*part) == i);
  }
  CHECK(as<std::string>(*parts.next().get()) == "done");
  CHECK_FALSE(parts.next().get());
  CHECK_FALSE(parts.next().get());

  const auto later = caller->stream("a.slow");
  const auto first = later.next();
  const auto second = later.next(); // asked for before it is there
  const auto third = later.next();
  auto to = asked.take();
  CHECK_FALSE(first.ready());
  to.progress(make_payload(1));
  CHECK(as<int>(**answer_of(first)) == 1);
  to.fail("a.b");
  CHECK(answer_of(second).error().uri == "a.b");
  CHECK(answer_of(third).error().uri == "a.b");
}

TEST_CASE_FIXTURE(fixture, "a stream is cancelled, or cancels itself when nobody reads it") {
  auto callee = join();
  auto caller = join();
  seen<responder> asked;
  auto slow = callee->register_("a.slow", [&](const invocation&, responder to) { asked.add(to); });
  answer_of(slow.confirmed());
  const auto stopped = caller->stream("a.slow");
  stopped.cancel();
  CHECK(answer_of(stopped.next()).error().uri == uris::canceled);
  asked.take();

  const auto unread = caller->stream("a.slow");
  auto to = asked.take();
  for (int i = 0; i < 40; ++i) {
    to.progress(make_payload(std::string(std::size_t{1} << 20U, 'x')));
    answer_of(caller->call("a.nobody")); // not all at once: a caller that lags loses its session
  }
  int read = 0;
  for (auto part = answer_of(unread.next()); part; part = answer_of(unread.next()))
    ++read;
  CHECK(read > 10);
  CHECK(read < 20);
  CHECK(answer_of(unread.next()).error().uri == uris::canceled);
  while (!to.interrupted())
    answer_of(caller->call("a.nobody"));
}
