// Calls whose arguments come in parts, as the client's half of a session sends and receives them.
// Spec: "Progressive Call Invocations" (advanced profile).
#include <wamp/actors/client/client_protocol.hpp>
#include <wamp/test/support/fake_router.hpp>

#include <string>
#include <utility>

using namespace wamp;
using namespace wamp::test;

namespace {

const dict more{{"progress", true}};

struct fixture : fake_router {
  answers<result> got;
  bool takes_hello_with_features = true;

  sent send(message&& m) override {
    const auto said = std::get_if<hello>(&m);
    return said && !takes_hello_with_features && features_of("caller", said->details)
               ? sent::too_big
               : fake_router::send(std::move(m));
  }
  void join_router_that(bool takes_parts) {
    client.join(hello{"realm1", {}});
    take<hello>();
    client.receive(welcome{
        session_id{7},
        {{"roles",
          dict{
              {"dealer",
               dict{{"features", dict{{"progressive_call_invocations", takes_parts}}}}}}}}});
  }
  request_id begin() { return client.call({{}, more, "a.b", number(1)}, got.keep()); }
  void next(request_id call, int n, dict options = {}) {
    client.continue_call({call, std::move(options), "a.b", number(n)});
  }
  void invoke(std::uint64_t id, int n, dict details = {}) {
    client.receive(
        invocation{invocation_id{id}, registration_id{41}, std::move(details), number(n)});
  }

  static payload number(int n) { return payload::native({{value{n}}, {}}); }
};

} // namespace

// -- the caller ----------------------------------------------------------------------------------

TEST_CASE_FIXTURE(fixture, "all parts of a call have its id, and take none from others") {
  join_router_that(true);
  const auto id = begin();
  CHECK(take<wamp::call>().options == more);
  next(id, 2, more);
  const auto second = take<wamp::call>();
  CHECK(second.request == id);
  CHECK(second.procedure == "a.b");
  CHECK(second.options == more);
  CHECK(second.args.values().args == list{2});
  client.call({{}, {}, "a.other", {}}, got.keep());
  CHECK(take<wamp::call>().request == request_id{2});
  next(id, 3);
  CHECK(take<wamp::call>().options.empty());
  client.receive(result{id, {}, {}});
  got.take();
}

TEST_CASE_FIXTURE(fixture, "a call that is over gets no more parts") {
  join_router_that(true);
  const auto id = begin();
  take<wamp::call>();
  SUBCASE("answered") {
    client.receive(result{id, {}, {}});
  }
  SUBCASE("failed") {
    client.receive(error{message_code::call, id, {}, "a.error", {}});
  }
  SUBCASE("given up") {
    client.give_up(id, uris::timeout, "too long");
    take<cancel>();
  }
  SUBCASE("with its session") {
    client.connection_lost("gone");
    join_router_that(true);
  }
  SUBCASE("or it is another request") {
    client.receive(result{id, {}, {}});
    client.subscribe({{}, {}, "a.b"}, [](const auto&) {});
    take<wamp::subscribe>();
    next(request_id{2}, 2, more);
  }
  next(id, 2, more);
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fixture, "a router that does not take parts is not sent any") {
  SUBCASE("it says so") {
    join_router_that(false);
  }
  SUBCASE("it says nothing") {
    join();
  }
  SUBCASE("it could not be told that some would come") {
    takes_hello_with_features = false;
    join_router_that(true);
  }
  CHECK(begin() == request_id{});
  const auto no = got.take_error();
  CHECK(no.uri == uris::feature_not_supported);
  CHECK(
      no.args.values().args
      == list{"the router does not take calls whose arguments come in parts"});
  CHECK(to_router.empty());
  client.call({{}, {}, "a.b", {}}, got.keep());
  CHECK(take<wamp::call>().request == request_id{1}); // it took no id
}

TEST_CASE_FIXTURE(fixture, "a part that can not be sent ends the call, here and there") {
  for (auto [how, uri] :
       {std::pair{sent::full, uris::unavailable}, {sent::too_big, uris::payload_size_exceeded}}) {
    join_router_that(true);
    const auto id = begin();
    take<wamp::call>();
    answer = how;
    next(id, 2, more);
    CHECK(got.take_error().uri == uri);
    answer = sent::yes;
    next(id, 3, more);
    CHECK(to_router.empty());
    client.connection_lost("gone");
  }
}

// -- the callee ----------------------------------------------------------------------------------

TEST_CASE_FIXTURE(fixture, "parts of an INVOCATION are told from others") {
  join();
  invoke(1, 1, more);
  invoke(2, 9);
  invoke(1, 2, more);
  invoke(1, 3);
  CHECK(invocations.size() == 2);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].details == more);
  CHECK(parts[1].args.values().args == list{3});
  client.yield({invocation_id{1}, {}, {}});
  take<yield>();
}

TEST_CASE_FIXTURE(fixture, "a part that crosses the answer is discarded") {
  join();
  invoke(1, 1, more);
  SUBCASE("a result") {
    client.yield({invocation_id{1}, {}, {}});
    take<yield>();
  }
  SUBCASE("an ERROR") {
    client.fail(invocation_id{1}, {});
    take<error>();
  }
  invoke(1, 2, more);
  invoke(1, 3);
  CHECK(parts.empty());
  CHECK(invocations.size() == 1);
  CHECK(ends.empty());
  client.receive(interrupt{invocation_id{1}, {}});
  CHECK(interrupts.empty());
}

TEST_CASE_FIXTURE(fixture, "a progressive result is no answer yet") {
  join();
  invoke(1, 1, more);
  client.yield({invocation_id{1}, more, {}});
  invoke(1, 2, more);
  CHECK(parts.size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a part of what was not begun in parts breaks the protocol") {
  join();
  SUBCASE("there was only one") {
    invoke(1, 1);
  }
  SUBCASE("the last has come") {
    invoke(1, 1, more);
    invoke(1, 2);
  }
  invoke(1, 3, more);
  check_violation();
}

TEST_CASE_FIXTURE(fixture, "the next session knows nothing of parts of the last") {
  join();
  invoke(1, 1, more);
  client.connection_lost("gone");
  ends.clear();
  join();
  invoke(1, 2);
  CHECK(parts.empty());
  CHECK(invocations.size() == 2);
}
