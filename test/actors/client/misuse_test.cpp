// What users do wrong with a client, and what they are told.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/scripted_router.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace wamp;
using namespace std::chrono_literals;
using namespace std::string_literals;
using wamp::test::seen;

namespace {

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  io_thread thread;
  std::unique_ptr<gateway> router;

  fixture() {
    thread.run();
    gateway_settings s;
    s.listeners.resize(1);
    s.listeners[0].address.host = "127.0.0.1";
    s.realms.push_back(test::test_realm());
    auto opened = gateway::open(system, {&thread}, std::move(s));
    REQUIRE(opened.has_value());
    router = std::move(*opened);
  }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() { router.reset(); }

  static client_settings settings() {
    client_settings s;
    s.realm = "realm1";
    s.reconnect.first = 1ms;
    return s;
  }
  remote_router remote() {
    remote_router r;
    r.thread = &thread;
    r.urls.push_back(*router_url::parse(
        "ws://127.0.0.1:" + std::to_string(router->local_addresses().front().port) + "/ws"));
    return r;
  }
  template <class T>
  static auto answer_of(const pending<T>& p) {
    auto a = p.await_for(10s);
    REQUIRE(a.has_value());
    return std::move(*a);
  }
  std::unique_ptr<client> join(client_settings s = settings()) {
    auto c = std::make_unique<client>(system, std::move(s), remote());
    REQUIRE(answer_of(c->joined()).has_value());
    return c;
  }
  std::unique_ptr<client> join_here(client_settings s = settings()) {
    auto c = std::make_unique<client>(
        system, std::move(s), caf::actor_cast<entrance_actor>(router->actor()));
    REQUIRE(answer_of(c->joined()).has_value());
    return c;
  }

  /// URI and text, as a user sees them.
  template <class T>
  static std::string error_of(const pending<T>& p) {
    auto a = answer_of(p);
    REQUIRE_FALSE(a.has_value());
    return wamp_error{a.error()}.what();
  }
  /// Nothing has happened to its session.
  static void works(client& c, session_id since) {
    const auto still = answer_of(c.joined());
    REQUIRE(still.has_value());
    CHECK(*still == since);
    CHECK(error_of(c.call("a.nothing")).starts_with(std::string{uris::no_such_procedure}));
  }
};

template <class F>
std::string advice_of(F f) {
  try {
    f();
  } catch (const std::logic_error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

} // namespace

TEST_CASE_FIXTURE(fixture, "a remote router without URLs or without a thread is refused at once") {
  auto nowhere = remote();
  nowhere.urls.clear();
  CHECK(
      advice_of([&] { client c(system, settings(), nowhere); })
      == "remote_router::urls is empty: name at least one router_url");
  auto idle = remote();
  idle.thread = nullptr;
  CHECK(
      advice_of([&] { client c(system, settings(), idle); })
      == "remote_router::thread is not set: it needs an io_thread that serves the sockets");
  CHECK(
      advice_of([&] { client c(system, settings(), entrance_actor{}); })
      == "there is no router: the actor handle is empty");
}

TEST_CASE_FIXTURE(fixture, "requests before a session fail, and say that there is none") {
  // Nobody listens there.
  auto nowhere = remote();
  nowhere.urls = {*router_url::parse("tcp://127.0.0.1:1")};
  client c{system, settings(), nowhere};
  const auto text =
      std::string{uris::network_failure} + ": there is no session: the client is not connected";
  CHECK(error_of(c.call("a.b")) == text);
  CHECK(error_of(c.ack_publish("a.b")) == text);
  c.publish("a.b");                   // as good as lost, as documented
  auto s = c.subscribe("a.b", [] {}); // they wait for a session
  auto r = c.register_("a.b", [] {});
  CHECK_FALSE(s.confirmed().ready());
  CHECK_FALSE(r.confirmed().ready());
  CHECK_FALSE(c.joined().ready());
}

TEST_CASE_FIXTURE(fixture, "requests after stop() fail, and nothing waits for ever") {
  for (int round = 0; round < 20; ++round) {
    auto c = join();
    const auto before = c->register_("a.b", [] {});
    c->stop();
    c->stop("a.second");
    CHECK(error_of(c->call("a.b")).starts_with(std::string{uris::network_failure}));
    CHECK(error_of(c->ack_publish("a.b")).starts_with(std::string{uris::network_failure}));
    const auto s = c->subscribe("a.b", [] {});
    const auto r = c->register_("a.b", [] {});
    CHECK(error_of(s.confirmed()).starts_with(std::string{uris::network_failure}));
    CHECK(error_of(r.confirmed()).starts_with(std::string{uris::network_failure}));
    c->publish("a.b");
    seen<bool> ended;
    c->actor()->attach_functor([&] { ended.add(true); });
    ended.take();
    CHECK(error_of(c->joined()).starts_with("wamp.close.normal: the client has stopped"));
    CHECK(error_of(c->call("a.b")).starts_with(std::string{uris::network_failure}));
    c->stop();
  }
}

TEST_CASE_FIXTURE(fixture, "waiting in a handler is refused with advice") {
  seen<std::string> told;
  const auto note = [&](auto f) { told.add(advice_of(f)); };
  auto c = join();
  auto s = c->register_("a.waits", [&] {
    note([&] { c->call("a.other").await(); });
    note([&] { c->call("a.other").get(); });
    note([&] { c->call("a.other").await_for(1ms); });
    note([&] { c->ack_publish("a.topic").await(); });
    note([&] { c->register_("a.more", [] {}).confirmed().await(); });
  });
  auto heard = c->subscribe({"a.topic", {}}, [&] { note([&] { c->call("a.other").await(); }); });
  CHECK(answer_of(heard.confirmed()).has_value());
  c->call("a.waits").get();
  for (int i = 0; i < 5; ++i)
    CHECK(told.take() == "a handler must not wait for an answer: use then() or co_await");
  answer_of(c->ack_publish({"a.topic", {{"exclude_me", false}}}));
  CHECK(told.take() == "a handler must not wait for an answer: use then() or co_await");
  // One whose exception nobody catches is an ERROR like any other.
  auto careless = c->register_("a.careless", [&] { return c->call("a.other").get<int>(); });
  CHECK(answer_of(careless.confirmed()).has_value());
  CHECK(error_of(c->call("a.careless")) == "wamp.error.runtime_error: the procedure failed");
}

TEST_CASE_FIXTURE(fixture, "ending twice, or what was never there, does nothing") {
  auto c = join();
  const auto id = *answer_of(c->joined());
  auto s = c->register_("a.b", [] { return 1; });
  CHECK(answer_of(s.confirmed()).has_value());
  s.end();
  s.end();
  auto t = c->register_("a.b", [] { return 2; });
  t.end(); // before it was confirmed
  t.end();
  auto moved = c->register_("a.b", [] { return 3; });
  CHECK(answer_of(moved.confirmed()).has_value());
  auto here = std::move(moved);
  moved.end(); // NOLINT: that is the point
  CHECK(c->call("a.b").get<int>() == 3);
  here.keep();
  here.end();
  CHECK(c->call("a.b").get<int>() == 3);
  service none;
  none.end();
  none.keep();
  CHECK(
      advice_of([&] { none.confirmed(); })
      == "this service was never started: it has nothing to be confirmed");
  works(*c, id);
}

TEST_CASE_FIXTURE(fixture, "options of the wrong type are refused before they are sent") {
  const auto wrong = std::string{uris::invalid_argument} + ": ";
  for (auto& c : {join(), join_here()}) {
    const auto id = *answer_of(c->joined());
    CHECK(
        error_of(c->call({"a.b", {{"timeout", "x"}}}))
        == wrong + "expected a non-negative integer, in the option timeout");
    CHECK(
        error_of(c->call({"a.b", {{"timeout", -1}}}))
        == wrong + "expected a non-negative integer, in the option timeout");
    CHECK(
        error_of(c->call({"a.b", {{"receive_progress", "yes"}}}))
        == wrong + "expected a bool, in the option receive_progress");
    CHECK(
        error_of(c->ack_publish({"a.b", {{"exclude", list{"x"}}}}))
        == wrong + "expected an id, an integer from 1 to 2^53, in the option exclude[0]");
    c->publish({"a.b", {{"acknowledge", 1}}}); // into the log
    auto s = c->subscribe({"a.b", {{"match", "regex"}}}, [] {});
    CHECK(
        error_of(s.confirmed())
        == wrong + "expected \"exact\", \"prefix\" or \"wildcard\", in the option match");
    auto r = c->register_({"a.b", {{"invoke", 1}}}, [] {});
    CHECK(
        error_of(r.confirmed())
        == wrong
               + "expected \"single\", \"roundrobin\", \"random\", \"first\" or \"last\", "
                 "in the option invoke");
    works(*c, id);
  }
}

TEST_CASE_FIXTURE(fixture, "a timeout may be as long as one likes") {
  auto s = settings();
  s.call_timeout = std::chrono::milliseconds::max();
  s.join_timeout = std::chrono::milliseconds::max();
  s.goodbye_timeout = std::chrono::milliseconds::max();
  for (auto& c : {join(s), join_here(s)}) {
    const auto id = *answer_of(c->joined());
    const auto own = "a.of_" + std::to_string(id.value()); // the other's may be there yet
    auto r = c->register_(own, [] { return 1; });
    CHECK(answer_of(r.confirmed()).has_value());
    CHECK(c->call(own).get<int>() == 1);
    CHECK(c->call({own, {{"timeout", std::int64_t{1} << 53U}}}).get<int>() == 1);
    works(*c, id);
  }
}

TEST_CASE_FIXTURE(fixture, "what is no URI is refused, and the session goes on") {
  for (auto& c : {join(), join_here()}) {
    const auto id = *answer_of(c->joined());
    for (const auto* uri : {"", "a..b", "with space", "a#b", "a.b."}) {
      CAPTURE(uri);
      CHECK(error_of(c->call(uri)).starts_with("wamp.error.invalid_uri"));
      CHECK(error_of(c->ack_publish(uri)).starts_with("wamp.error.invalid_uri"));
      c->publish(uri);
      auto s = c->subscribe(uri, [] {});
      CHECK(error_of(s.confirmed()).starts_with("wamp.error.invalid_uri"));
      auto r = c->register_(uri, [] {});
      CHECK(error_of(r.confirmed()).starts_with("wamp.error.invalid_uri"));
    }
    CHECK(error_of(c->ack_publish("wamp.mine")).starts_with("wamp.error.invalid_uri"));
    works(*c, id);
  }
}

TEST_CASE_FIXTURE(fixture, "a handler that throws anything harms nobody") {
  seen<int> heard;
  std::atomic<int> bad_status{0};
  auto s = settings();
  s.on_status = [&](const client_status&) {
    ++bad_status;
    throw std::runtime_error{"from on_status"};
  };
  for (auto& c : {join(s), join_here(s)}) {
    const auto id = *answer_of(c->joined());
    const auto own = "a.of_" + std::to_string(id.value()) + "."; // the other's may be there yet
    auto a = c->register_(own + "odd", []() -> int { throw 42; });
    auto b = c->register_(own + "parts", [](const invocation&, const responder& to) {
      to.progress(make_payload(1));
      to.result(make_payload(2));
      throw std::runtime_error{"too late"};
    });
    auto d = c->subscribe(own + "topic", [&](int n) {
      heard.add(n);
      throw n;
    });
    CHECK(answer_of(b.confirmed()).has_value());
    CHECK(answer_of(d.confirmed()).has_value());
    CHECK(error_of(c->call(own + "odd")) == "wamp.error.runtime_error: the procedure failed");
    CHECK(c->call(own + "parts").get<int>() == 2);
    for (int n = 0; n < 3; ++n)
      answer_of(c->ack_publish({own + "topic", {{"exclude_me", false}}}, n));
    for (int n = 0; n < 3; ++n)
      CHECK(heard.take() == n);
    seen<bool> thrown;
    c->call(own + "parts").then([&](const auto&) {
      thrown.add(true);
      throw std::runtime_error{"from then()"};
    });
    thrown.take();
    // As it would, had the answer been there.
    const auto there = c->call(own + "parts");
    answer_of(there);
    there.then([](const auto&) { throw std::runtime_error{"from then()"}; });
    works(*c, id);
  }
  CHECK(bad_status >= 2);
}

TEST_CASE_FIXTURE(fixture, "a handler of progressive results that throws gets the next one, too") {
  test::scripted_router good;
  good.plays(
      {{message_code::call, test::say(
                                {R"([50,ID,{"progress":true},[1]])",
                                 R"([50,ID,{"progress":true},[2]])", "[50,ID,{},[3]]"})}});
  auto to = remote();
  to.urls = {*router_url::parse(good.websocket())};
  client c{system, settings(), to};
  const auto id = *answer_of(c.joined());
  seen<std::int64_t> parts;
  const auto call = c.call_progressively("a.b", [&](const result& r) {
    parts.add(*r.args.values().args.at(0).get_if<std::int64_t>());
    throw std::runtime_error{"from on_progress"};
  });
  CHECK(call.get<int>() == 3);
  CHECK(parts.take() == 1);
  CHECK(parts.take() == 2);
  CHECK(*answer_of(c.joined()) == id);
}

TEST_CASE_FIXTURE(
    fixture, "what is ended in a handler does not hear what came in the same breath") {
  test::scripted_router router_of_two;
  auto to = remote();
  to.urls = {*router_url::parse(router_of_two.websocket())};
  const auto two_events = test::say({"[36,2000,1,{}]", "[36,2000,2,{}]", "[17,ID,3]"});
  for (bool whole : {false, true}) {
    CAPTURE(whole);
    router_of_two.plays({{message_code::publish, two_events}});
    auto c = std::make_unique<client>(system, settings(), to);
    REQUIRE(answer_of(c->joined()).has_value());
    seen<int> heard;
    service first;
    service second;
    first = c->subscribe("a.topic", [&] {
      heard.add(1);
      if (whole) {
        c.reset();
      } else {
        first.end();
        second.end();
      }
    });
    if (!whole)
      second = c->subscribe("a.topic", [&] { heard.add(2); });
    CHECK(answer_of(first.confirmed()).has_value());
    const auto acknowledged = c->ack_publish("a.topic");
    CHECK(heard.take() == 1);
    answer_of(acknowledged); // or its end
    CHECK(heard.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "a client may be destroyed by its own handlers") {
  auto other = join();
  const auto id = *answer_of(other->joined());
  for (bool here : {false, true})
    for (int where = 0; where < 5; ++where) {
      CAPTURE(here);
      CAPTURE(where);
      seen<bool> gone;
      auto c = here ? join_here() : join();
      const auto end = [&] {
        c.reset();
        gone.add(true);
      };
      switch (where) {
      case 0: {
        c->procedure("a.end", [&] { end(); });
        auto last = c->register_("a.last", [] {});
        answer_of(last.confirmed());
        last.keep();
        const auto a = answer_of(other->call("a.end"));
        if (!a) // it may have left before its answer
          CHECK(a.error().uri == uris::canceled);
        break;
      }
      case 1: {
        c->channel("a.topic", [&] { end(); });
        auto last = c->subscribe("a.last", [] {});
        answer_of(last.confirmed());
        last.keep();
        answer_of(other->ack_publish("a.topic"));
        break;
      }
      case 2:
        c->call("a.nothing").then([&](const auto&) { end(); });
        break;
      case 3: {
        auto s = std::make_shared<service>(c->register_("a.own", [] {}));
        s->confirmed().then([&, s](const auto&) { end(); });
        s->keep();
        break;
      }
      default:
        c->joined().then([&](const auto&) { end(); });
        break;
      }
      gone.take();
      CHECK(c == nullptr);
    }
  works(*other, id);
}

TEST_CASE_FIXTURE(fixture, "a client may be destroyed while others wait for its answers") {
  seen<responder> kept; // so that nobody answers
  auto callee = join();
  callee->procedure("a.hangs", [&](const invocation&, const responder& to) { kept.add(to); });
  auto last = callee->register_("a.last", [] {});
  CHECK(answer_of(last.confirmed()).has_value());
  for (bool here : {false, true}) {
    auto c = here ? join_here() : join();
    seen<std::string> errors;
    std::vector<std::thread> waiting;
    for (int i = 0; i < 4; ++i)
      waiting.emplace_back([&errors, call = c->call("a.hangs")] {
        const auto a = call.await();
        errors.add(a ? "an answer" : a.error().uri);
      });
    std::vector<responder> hanging;
    for (int i = 0; i < 4; ++i)
      hanging.push_back(kept.take());
    c.reset();
    for (int i = 0; i < 4; ++i) {
      const auto uri = errors.take();
      CHECK_MESSAGE((uri == uris::canceled || uri == uris::network_failure), uri);
    }
    for (auto& t : waiting)
      t.join();
  }
}
