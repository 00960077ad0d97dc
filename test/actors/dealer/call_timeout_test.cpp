// Calls that may not take for ever.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

client_features able() {
  client_features f;
  f.callee_call_canceling = f.callee_progressive_call_results = f.callee_call_timeout = true;
  return f;
}

struct fixture : dealer_fixture {
  session_ref callee = make_session(1, able());
  session_ref simple = make_session(2);

  void wait(std::chrono::milliseconds time) {
    out.wait(time, [&] { d.alarm(); });
  }
};

} // namespace

TEST_CASE_FIXTURE(
    fixture, "a call that takes too long: ERROR to the caller, INTERRUPT to the callee") {
  for (auto length : {1, 2, 3, 100, 1000, 12'345, 1'000'000}) {
    CAPTURE(length);
    const std::chrono::milliseconds time{length};
    const auto id = serve(callee);
    call(1, {{"timeout", length}});
    const auto i = taken(callee);
    CHECK(i.details.empty());
    wait(time - 1ms);
    CHECK(out.empty());
    wait(1ms);
    const auto stop = out.take<interrupt>(callee);
    CHECK(stop.request == i.request);
    CHECK(stop.options == dict{{"mode", "killnowait"}});
    expect_error(1, uris::timeout);
    answer(callee, i.request); // crossed it
    CHECK(out.empty());
    CHECK(d.invocations().size() == 0);
    d.unregister(callee, {request_id{2}, id});
    out.take<unregistered>(callee);
  }
}

TEST_CASE_FIXTURE(fixture, "a callee that can not be stopped hears nothing of a timeout") {
  serve(simple);
  call(1, {{"timeout", 50}});
  taken(simple);
  wait(50ms);
  expect_error(1, uris::timeout);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "what ends a call ends its timeout; none, or 0, is none") {
  serve(callee);
  call(1, {{"timeout", 50}});
  call(2, {{"timeout", 50}});
  call(3, {{"timeout", 50}});
  call(4, {{"timeout", 0}});
  call(5);
  answer(callee, taken(callee).request);
  const auto second = taken(callee);
  taken(callee), taken(callee), taken(callee);
  expect_result(1);
  fail(callee, second.request, "a.b");
  expect_error(2, "a.b");
  d.cancel(caller, {request_id{3}, {}});
  out.take<interrupt>(callee);
  expect_error(3, uris::canceled);
  wait(24h);
  CHECK(out.empty());
  CHECK(d.invocations().size() == 2);
}

TEST_CASE_FIXTURE(fixture, "a caller that leaves takes its timeouts along") {
  serve(simple);
  call(1, {{"timeout", 50}});
  taken(simple);
  d.session_left(caller->id);
  wait(24h);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "each progressive result gives a call as long again") {
  serve(callee);
  call(1, {{"timeout", 100}, {"receive_progress", true}});
  const auto i = taken(callee);
  for (int n = 0; n < 5; ++n) {
    wait(99ms);
    d.yield(callee, {i.request, {{"progress", true}}, number(n)});
    expect_result(1);
  }
  wait(99ms);
  CHECK(out.empty());
  wait(1ms);
  out.take<interrupt>(callee);
  expect_error(1, uris::timeout);
}

TEST_CASE_FIXTURE(fixture, "progress that nobody asked for gives no time") {
  serve(callee);
  call(1, {{"timeout", 100}});
  const auto i = taken(callee);
  wait(60ms);
  d.yield(callee, {i.request, {{"progress", true}}, {}});
  wait(40ms);
  out.take<interrupt>(callee);
  expect_error(1, uris::timeout);
}

TEST_CASE_FIXTURE(fixture, "forward_timeout leaves it to a callee that announced the feature") {
  serve(callee, {{"forward_timeout", true}, {"invoke", "roundrobin"}});
  serve(simple, {{"forward_timeout", true}, {"invoke", "roundrobin"}});
  call(1, {{"timeout", 50}});
  CHECK(taken(callee).details == dict{{"timeout", 50}});
  call(2, {{"timeout", 50}});
  CHECK(taken(simple).details.empty());
  wait(24h);
  expect_error(2, uris::timeout);
  CHECK(out.empty());
  CHECK(d.invocations().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a call's time goes by while it waits for a callee") {
  serve(callee, {{"concurrency", 1}});
  call(1);
  call(2, {{"timeout", 100}});
  call(3, {{"timeout", 200}});
  const auto first = taken(callee);
  wait(100ms);
  expect_error(2, uris::timeout);
  answer(callee, first.request);
  expect_result(1);
  taken(callee);
  wait(100ms);
  out.take<interrupt>(callee);
  expect_error(3, uris::timeout);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a call that has waited is left to a callee that sees to timeouts") {
  serve(callee, {{"concurrency", 1}, {"forward_timeout", true}});
  call(1);
  call(2, {{"timeout", 100}});
  answer(callee, taken(callee).request);
  expect_result(1);
  CHECK(taken(callee).details == dict{{"timeout", 100}});
  wait(24h);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "calls without a timeout need no clock") {
  serve(callee);
  for (std::uint64_t id = 1; id <= 10; ++id)
    call(id);
  CHECK(out.alarms() == 0);
}

TEST_CASE_FIXTURE(fixture, "ever shorter timeouts make only few alarms wait") {
  serve(callee);
  for (int length = 10'000; length > 0; --length) {
    const auto id = static_cast<std::uint64_t>(10'001 - length);
    call(id, {{"timeout", length}});
    answer(callee, taken(callee).request);
    expect_result(id);
    CHECK(out.alarms() < 40);
    if (length % 3 == 0)
      wait(1ms);
  }
}

TEST_CASE_FIXTURE(fixture, "the longest timeout that can be said is none to worry about") {
  serve(callee);
  call(1, {{"timeout", static_cast<std::int64_t>(max_id)}});
  taken(callee);
  wait(24h);
  CHECK(out.empty());
}
