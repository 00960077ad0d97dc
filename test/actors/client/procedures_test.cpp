// Procedures in one process with their callers: what they take, return and throw, and when.
#include <wamp/test/actors/client/client_fixture.hpp>

#include <coroutine>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

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

} // namespace

TEST_CASE_FIXTURE(client_fixture, "a procedure with typed parameters is called with values") {
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

TEST_CASE_FIXTURE(
    client_fixture, "a procedure may return nothing, one, several, and keyword arguments") {
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

TEST_CASE_FIXTURE(client_fixture, "what a procedure throws is an ERROR, and keeps its secrets") {
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

TEST_CASE_FIXTURE(client_fixture, "a responder answers later, from any thread, once") {
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

TEST_CASE_FIXTURE(client_fixture, "a handler calls others by then(), and may not wait") {
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

TEST_CASE_FIXTURE(client_fixture, "a handler calls others by co_await") {
  auto c = join();
  c->procedure("a.inner", [](int n) { return 2 * n; });
  c->procedure(
      "a.outer", [&](const invocation&, const responder& to) { double_in_another(*c, to); });
  auto last = c->register_("a.last", [] {});
  answer_of(last.confirmed());
  CHECK(c->call("a.outer").get<int>() == 42);
}

TEST_CASE_FIXTURE(
    client_fixture, "a handler may return what comes later, an error, or what was expected") {
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

TEST_CASE_FIXTURE(client_fixture, "a coroutine's captures last until it has answered") {
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

TEST_CASE_FIXTURE(client_fixture, "a handler with a responder and no result answers later") {
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
