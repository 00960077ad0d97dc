// Calls that come in parts: several CALLs with the same id.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

using namespace wamp;
using namespace wamp::test;

namespace {

client_features able() {
  client_features f;
  f.callee_call_canceling = f.callee_progressive_call_invocations = true;
  f.callee_call_reroute = true;
  return f;
}

struct fixture : dealer_fixture {
  session_ref a = make_session(1, able()), b = make_session(2, able());

  void next(std::uint64_t id, int content, dict options = {}, std::string uri = "com.add") {
    d.continue_call(caller, {request_id{id}, std::move(options), std::move(uri), number(content)});
  }
  void expect_part(
      const session_ref& callee, invocation_id id, int content, bool more, dict details = {}) {
    const auto i = taken(callee);
    CHECK(i.request == id);
    CHECK(i.args.values().args == list{value{content}});
    if (more)
      details.set("progress", true);
    CHECK(i.details == details);
  }
};

const dict more{{"progress", true}};

} // namespace

TEST_CASE_FIXTURE(fixture, "all parts go to the same callee, with the same id, in order") {
  serve(a, {{"invoke", "roundrobin"}});
  serve(b, {{"invoke", "roundrobin"}});
  call(1, more);
  const auto first = taken(a);
  CHECK(first.details == more);
  call(2);
  taken(b);
  next(1, 10, more);
  expect_part(a, first.request, 10, true);
  next(1, 11, {{"progress", false}});
  expect_part(a, first.request, 11, false);
  answer(a, first.request);
  expect_result(1);
  CHECK(out.empty());
  CHECK(d.invocations().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "the options of the first CALL hold for all of it") {
  serve(a);
  call(1, {{"progress", true}, {"disclose_me", true}});
  const auto i = taken(a);
  auto details = i.details;
  CHECK(details.erase("progress"));
  CHECK(details.contains("caller"));
  next(1, 10, {{"progress", true}, {"disclose_me", false}, {"timeout", 10}});
  expect_part(a, i.request, 10, true, details);
  next(1, 11, {{"disclose_me", false}});
  expect_part(a, i.request, 11, false, details);
  CHECK(out.alarms() == 0);
}

TEST_CASE_FIXTURE(fixture, "a part that crosses the answer, or follows the last, is discarded") {
  serve(a);
  call(1, more);
  const auto i = taken(a);
  SUBCASE("after the answer") {
    answer(a, i.request), expect_result(1);
  }
  SUBCASE("after an ERROR") {
    fail(a, i.request, "a.b"), expect_error(1, "a.b");
  }
  SUBCASE("after it was cancelled") {
    d.cancel(caller, {request_id{1}, {}});
    out.take<interrupt>(a);
    expect_error(1, uris::canceled);
  }
  SUBCASE("after the callee has left") {
    d.session_left(a->id);
    expect_error(1, uris::canceled);
  }
  SUBCASE("after the last part") {
    next(1, 9);
    taken(a);
  }
  SUBCASE("with another procedure") {
    next(1, 9, more, "com.other");
  }
  SUBCASE("of a call without parts") {
    call(2);
    taken(a);
    next(2, 9);
  }
  SUBCASE("of a call that never was") {
    next(7, 9);
  }
  if (d.invocations().size() == 0)
    next(1, 10, more);
  CHECK(out.empty());
}

TEST_CASE("a callee must be able to take parts, and to be stopped") {
  for (auto feature :
       {&client_features::callee_call_canceling,
        &client_features::callee_progressive_call_invocations}) {
    dealer_fixture f;
    auto features = able();
    features.*feature = false;
    f.serve(make_session(1, features));
    f.call(1, more);
    f.expect_error(1, uris::feature_not_supported);
    CHECK(f.out.empty());
    CHECK(f.d.invocations().size() == 0);
  }
}

TEST_CASE_FIXTURE(fixture, "parts wait for a callee together") {
  serve(a, {{"concurrency", 1}});
  call(1);
  call(2, more);
  next(2, 20, more);
  next(2, 21);
  const auto first = taken(a);
  CHECK(out.empty());
  answer(a, first.request);
  expect_result(1);
  const invocation_id second{first.request.value() + 1};
  expect_part(a, second, 2, true);
  expect_part(a, second, 20, true);
  expect_part(a, second, 21, false);
}

TEST_CASE_FIXTURE(
    fixture, "a callee that takes no parts ends those who wait for it, in any number") {
  auto simple = make_session(3);
  serve(simple, {{"concurrency", 1}});
  call(1);
  const auto first = taken(simple);
  for (std::uint64_t id = 2; id <= 1025; ++id)
    call(id, more);
  answer(simple, first.request);
  expect_result(1);
  for (std::uint64_t id = 2; id <= 1025; ++id)
    expect_error(id, uris::feature_not_supported);
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "how much waits in parts is bounded") {
  serve(a, {{"concurrency", 1}});
  call(1);
  taken(a);
  call(2, more);
  const auto large = payload::native({{value{std::string(6U << 20U, 'x')}}, {}});
  for (int n = 0; n < 2; ++n)
    d.continue_call(caller, {request_id{2}, more, "com.add", large});
  CHECK(out.empty());
  d.continue_call(caller, {request_id{2}, more, "com.add", large});
  expect_error(2, uris::unavailable);
  CHECK(d.invocations().size() == 1);
}

TEST_CASE_FIXTURE(fixture, "a caller that leaves in the middle: the callee is told") {
  serve(a);
  call(1, more);
  const auto i = taken(a);
  d.session_left(caller->id);
  CHECK(out.take<interrupt>(a).request == i.request);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "what was sent in part does not go to another callee") {
  serve(a, {{"invoke", "first"}});
  serve(b, {{"invoke", "first"}});
  call(1, more);
  const auto i = taken(a);
  SUBCASE("but the first part alone does, and the rest follows it") {
    fail(a, i.request, uris::unavailable);
    const auto again = taken(b);
    CHECK(again.details == more);
    next(1, 10);
    expect_part(b, again.request, 10, false);
  }
  SUBCASE("once there was a second") {
    next(1, 10, more);
    taken(a);
    fail(a, i.request, uris::unavailable);
    expect_error(1, uris::no_available_callee);
  }
  CHECK(out.empty());
}
