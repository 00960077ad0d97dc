// Callees that take so many calls at once, and the calls that wait for them.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture : dealer_fixture {
  using dealer_fixture::dealer_fixture;
  session_ref a = make_session(1), b = make_session(2), other = make_session(101);
  dict one_shared{{"invoke", "roundrobin"}, {"concurrency", 1}};
};

} // namespace

TEST_CASE_FIXTURE(fixture, "calls over the limit wait in order") {
  serve(a, {{"concurrency", 2}});
  for (std::uint64_t id = 1; id <= 4; ++id)
    call(id);
  call(other, 1);
  const auto first = taken(a), second = taken(a);
  CHECK(out.empty());
  CHECK(d.invocations().size() == 5);
  answer(a, second.request);
  expect_result(2);
  const auto third = taken(a);
  CHECK(third.args.values().args == list{value{3}});
  CHECK(third.request == invocation_id{3});
  fail(a, first.request, "a.b"); // an ERROR makes room, too
  expect_error(1, "a.b");
  const auto fourth = taken(a);
  CHECK(out.empty());
  answer(a, fourth.request);
  expect_result(4);
  const auto fifth = taken(a);
  answer(a, third.request);
  answer(a, fifth.request);
  expect_result(3);
  expect_result(other, 1);
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "a call goes to a callee that has room, if there is one") {
  serve(a, one_shared);
  serve(b, one_shared);
  call(1);
  call(2);
  call(3);
  const auto at_a = taken(a), at_b = taken(b);
  answer(b, at_b.request);
  expect_result(2);
  const auto again = taken(b);
  CHECK(again.args.values().args == list{value{3}});
  answer(b, again.request);
  expect_result(3);
  call(4); // the turn would be a's
  answer(b, taken(b).request);
  expect_result(4);
  answer(a, at_a.request);
  expect_result(1);
}

TEST_CASE_FIXTURE(fixture, "a new callee takes those who wait, behind its REGISTERED") {
  serve(a, one_shared);
  call(1);
  call(2);
  taken(a);
  d.register_(b, {request_id{5}, one_shared, "com.add"});
  out.take<registered>(b);
  CHECK(taken(b).args.values().args == list{value{2}});
}

TEST_CASE_FIXTURE(fixture, "what waits can be cancelled, and its place is free") {
  serve(a, {{"concurrency", 1}});
  call(1);
  call(2);
  call(3);
  const auto first = taken(a);
  for (auto mode : {"kill", "killnowait", "skip"}) {
    call(other, 7);
    d.cancel(other, {request_id{7}, {{"mode", mode}}});
    expect_error(other, 7, uris::canceled);
  }
  d.cancel(caller, {request_id{2}, {}});
  expect_error(2, uris::canceled);
  answer(a, first.request);
  expect_result(1);
  CHECK(taken(a).args.values().args == list{value{3}});
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a call that is cancelled or whose caller leaves makes room") {
  client_features stops;
  stops.callee_call_canceling = true;
  a = make_session(1, stops);
  serve(a, {{"concurrency", 1}});
  call(1);
  call(2);
  taken(a);
  SUBCASE("cancelled") {
    d.cancel(caller, {request_id{1}, {}});
    out.take<interrupt>(a);
    expect_error(1, uris::canceled);
    CHECK(taken(a).args.values().args == list{value{2}});
  }
  SUBCASE("left, with the call that waits") {
    call(other, 9);
    d.session_left(caller->id);
    out.take<interrupt>(a);
    CHECK(taken(a).args.values().args == list{value{9}});
    CHECK(d.invocations().size() == 1);
  }
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "those who wait are answered when the last callee goes") {
  const auto id = serve(a, {{"concurrency", 1}});
  call(1);
  call(2);
  const auto pending = taken(a);
  SUBCASE("UNREGISTER: what it has goes on") {
    d.unregister(a, {request_id{2}, id});
    out.take<unregistered>(a);
    expect_error(2, uris::canceled);
    answer(a, pending.request);
    expect_result(1);
  }
  SUBCASE("the session ends") {
    d.session_left(a->id);
    expect_error(1, uris::canceled);
    expect_error(2, uris::canceled);
  }
  SUBCASE("another takes its place") {
    d.register_(b, {request_id{1}, {{"force_reregister", true}}, "com.add"});
    expect_error(2, uris::canceled);
    out.take<registered>(b);
    answer(a, pending.request);
    expect_result(1);
  }
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "one callee goes: those who wait go on waiting for the other") {
  serve(a, one_shared);
  serve(b, one_shared);
  for (std::uint64_t id = 1; id <= 3; ++id)
    call(id);
  taken(a);
  const auto at_b = taken(b);
  d.session_left(a->id);
  expect_error(1, uris::canceled);
  CHECK(out.empty());
  answer(b, at_b.request);
  expect_result(2);
  CHECK(taken(b).args.values().args == list{value{3}});
}

TEST_CASE("how many wait is bounded, and how much of one caller") {
  auto settings = test_realm();
  settings.max_waiting_calls = 2;
  fixture f{settings};
  f.serve(f.a, {{"concurrency", 1}});
  f.call(1);
  f.taken(f.a);
  SUBCASE("how many") {
    f.call(2);
    f.call(3);
    f.call(4);
    f.expect_error(4, uris::unavailable);
    f.d.cancel(f.caller, {request_id{2}, {}});
    f.expect_error(2, uris::canceled);
    f.call(5);
    CHECK(f.out.empty());
  }
  SUBCASE("how much") {
    const auto large = payload::native({{value{std::string(9U << 20U, 'x')}}, {}});
    f.d.call(f.caller, {request_id{2}, {}, "com.add", large});
    CHECK(f.out.empty());
    f.d.call(f.caller, {request_id{3}, {}, "com.add", large});
    f.expect_error(3, uris::unavailable);
    f.d.cancel(f.caller, {request_id{2}, {}});
    f.expect_error(2, uris::canceled);
    f.d.call(f.caller, {request_id{4}, {}, "com.add", large});
    f.d.call(f.other, {request_id{1}, {}, "com.add", large});
    CHECK(f.out.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "of a call that a callee has, no long texts are kept") {
  client_features able;
  able.callee_payload_passthru = true;
  a = make_session(1, able);
  const std::string name(5U << 20U, 'x');
  serve(a, {{"match", "prefix"}}, "com.");
  const auto binaries = payload::native({{binary{"x"}}, {}});
  for (std::uint64_t id = 1; id <= 9; ++id) {
    d.call(
        caller, {request_id{id}, {{"ppt_scheme", name}, {"timeout", 50}}, "com." + name, binaries});
    CHECK(*taken(a).details.find("procedure") == value{"com." + name});
  }
}

TEST_CASE_FIXTURE(fixture, "the texts of calls whose last part is still to come are bounded") {
  client_features able;
  able.callee_progressive_call_invocations = able.callee_call_canceling = true;
  a = make_session(1, able);
  const std::string procedure = "com." + std::string(9U << 20U, 'x');
  serve(a, {}, procedure);
  const dict more{{"progress", true}};
  d.call(caller, {request_id{1}, more, procedure, {}});
  taken(a);
  d.call(caller, {request_id{2}, more, procedure, {}});
  expect_error(2, uris::unavailable);
  d.continue_call(caller, {request_id{1}, {}, procedure, {}});
  taken(a);
  d.call(caller, {request_id{3}, more, procedure, {}});
  taken(a);
}

TEST_CASE("a call that waits counts as one in flight") {
  auto settings = test_realm();
  settings.max_pending_calls = 2;
  fixture f{settings};
  f.serve(f.a, {{"concurrency", 1}});
  f.call(1);
  f.taken(f.a);
  f.call(2);
  f.call(2);
  f.expect_error(2, uris::unavailable);
  CHECK(f.d.invocations().pending_of(f.caller->id) == 2);
}

TEST_CASE_FIXTURE(fixture, "a callee that registers anew begins with nothing to do") {
  const auto id = serve(a, {{"concurrency", 1}});
  call(1);
  const auto old = taken(a);
  d.unregister(a, {request_id{2}, id});
  out.take<unregistered>(a);
  serve(a, {{"concurrency", 1}});
  call(2);
  const auto fresh = taken(a);
  answer(a, old.request);
  expect_result(1);
  call(3);
  CHECK(out.empty());
  answer(a, fresh.request);
  expect_result(2);
  taken(a);
}
