// Procedures that the router itself calls, in the name of no session.
#include <wamp/actors/router/procedure_caller.hpp>
#include <wamp/actors/router/realm_control.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/realm.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

using outcomes = std::vector<call_outcome>;

struct fixture {
  std::shared_ptr<procedure_caller> calls = std::make_shared<procedure_caller>();
  std::shared_ptr<outcomes> told = std::make_shared<outcomes>();
  std::unique_ptr<deterministic_realm> realm = std::make_unique<deterministic_realm>(settings());

  fixture() { realm->run(); } // the router is there

  realm_settings settings() const {
    auto s = test_realm();
    s.caller = calls;
    return s;
  }
  void call(int n, std::chrono::milliseconds timeout = 1s) {
    calls->call({"com.add", make_arguments(n), timeout, reply()});
    realm->run();
  }
  call_reply reply() const {
    return call_reply{[to = told](call_outcome o) { to->push_back(std::move(o)); }};
  }
  client& callee(dict options = {}) {
    auto& c = realm->join({{"call_canceling", true}});
    c.send(register_{request_id{1}, std::move(options), "com.add"});
    realm->run();
    c.take<registered>();
    return c;
  }
  void answer(client& who, const invocation& asked, int n) {
    who.send(yield{asked.request, {}, payload::native(make_arguments(n))});
    realm->run();
  }
  void wait(std::chrono::milliseconds time) {
    realm->system().scheduler().advance_time(time);
    realm->run();
  }
  std::string failure(std::size_t i = 0) const {
    REQUIRE(told->size() == i + 1);
    REQUIRE_FALSE((*told)[i].has_value());
    return (*told)[i].error().uri;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a procedure's result is the outcome") {
  auto& c = callee();
  call(3);
  const auto asked = c.take<invocation>();
  CHECK(asked.args.values() == make_arguments(3));
  CHECK(told->empty());
  answer(c, asked, 4);
  REQUIRE(told->size() == 1);
  CHECK(told->front() == make_arguments(4));
}

TEST_CASE_FIXTURE(fixture, "its ERROR is the outcome, with its arguments") {
  auto& c = callee();
  call(3);
  c.send(error{
      message_code::invocation,
      request_id{c.take<invocation>().request.value()},
      {},
      "com.bad_number",
      payload::native(make_arguments("3"))});
  realm->run();
  CHECK(failure() == "com.bad_number");
  CHECK(told->front().error().args == make_arguments("3"));
}

TEST_CASE_FIXTURE(fixture, "what the dealer refuses is refused as for anybody") {
  call(1);
  CHECK(failure() == uris::no_such_procedure);
  calls->call({"not a uri", {}, 1s, reply()});
  realm->run();
  CHECK(failure(1) == uris::invalid_uri);
}

TEST_CASE_FIXTURE(fixture, "the meta API is there as well, and counts no session for it") {
  realm->join();
  for (auto [procedure, expected] :
       {std::pair{"wamp.session.count", 1}, {"wamp.registration.match", 0}}) {
    told->clear();
    calls->call({procedure, expected == 0 ? make_arguments("com.x") : arguments{}, 1s, reply()});
    realm->run();
    REQUIRE(told->size() == 1);
    if (expected != 0)
      CHECK(told->front() == make_arguments(expected));
  }
}

TEST_CASE_FIXTURE(fixture, "a callee that is too slow is told, and its answer is nobody's") {
  auto& c = callee({{"forward_timeout", true}}); // it promises to look after timeouts
  call(3, 500ms);
  const auto asked = c.take<invocation>();
  wait(499ms);
  CHECK(told->empty());
  wait(200ms);
  CHECK(failure() == uris::timeout);
  CHECK(c.take<interrupt>().request == asked.request);
  answer(c, asked, 4);
  CHECK(told->size() == 1);
  call(5, 500ms); // the next one has its own time, and its own answer
  answer(c, c.take<invocation>(), 6);
  REQUIRE(told->size() == 2);
  CHECK(told->back() == make_arguments(6));
  wait(10s);
  CHECK(told->size() == 2);
}

TEST_CASE_FIXTURE(fixture, "a callee that leaves has canceled") {
  auto& c = callee();
  call(3);
  c.leave_abruptly();
  realm->run();
  CHECK(failure() == uris::canceled);
}

TEST_CASE_FIXTURE(fixture, "callees share the calls, and wait for none of them") {
  auto& a = callee({{"invoke", "roundrobin"}});
  auto& b = callee({{"invoke", "roundrobin"}});
  call(1);
  call(2);
  answer(b, b.take<invocation>(), 20);
  answer(a, a.take<invocation>(), 10);
  REQUIRE(told->size() == 2);
  CHECK(told->front() == make_arguments(20));
  CHECK(told->back() == make_arguments(10));
}

TEST_CASE_FIXTURE(fixture, "a callee that wants to know its caller is told of none") {
  auto& c = callee({{"disclose_caller", true}});
  call(3);
  CHECK(c.take<invocation>().details.empty());
}

TEST_CASE("where nobody has a realm to call") {
  procedure_caller calls;
  std::vector<call_outcome> told;
  calls.call(
      {"com.add", {}, 1s, call_reply{[&](call_outcome o) { told.push_back(std::move(o)); }}});
  REQUIRE(told.size() == 1);
  CHECK(told.front().error().uri == uris::unavailable);
}

TEST_CASE_FIXTURE(fixture, "a realm that ends cancels what it has not answered") {
  callee();
  call(3);
  CHECK(told->empty());
  realm.reset();
  CHECK(failure() == uris::canceled);
  calls->call({"com.add", {}, 1s, reply()});
  CHECK(failure(1) == uris::canceled);
}

namespace {

/// Decides by throwing: with it, a dealer ends.
struct explosive : dealer_policy {
  void select(
      const wamp::call& what, const std::vector<registered_procedure>&, const session_ref&,
      decider<selection> decide) override {
    if (what.args.values() == make_arguments(13))
      throw std::runtime_error{"sabotage"};
    decide(selection{});
  }
};

struct fragile : fixture {
  fragile() {
    auto s = settings();
    s.dealer = std::make_shared<explosive>();
    realm.reset();
    realm = std::make_unique<deterministic_realm>(std::move(s));
  }
};

} // namespace

TEST_CASE_FIXTURE(fragile, "each call is answered once, whatever becomes of the dealer") {
  auto& c = callee();
  call(1);
  calls->call({"com.add", make_arguments(13), 1s, reply()});
  calls->call({"com.add", make_arguments(2), 1s, reply()});
  realm->run();
  REQUIRE(told->size() == 3);
  for (const auto& o : *told)
    CHECK(o.error().uri == uris::canceled);
  told->clear();
  answer(c, c.take<invocation>(), 1); // to the realm as it was
  auto& next = callee();
  call(5);
  answer(next, next.take<invocation>(), 6);
  REQUIRE(told->size() == 1);
  CHECK(told->front() == make_arguments(6));
}

TEST_CASE_FIXTURE(fixture, "a router that follows another serves the caller") {
  realm = std::make_unique<deterministic_realm>(settings());
  auto& c = callee();
  call(1);
  answer(c, c.take<invocation>(), 2);
  REQUIRE(told->size() == 1);
  CHECK(told->front() == make_arguments(2));
}
