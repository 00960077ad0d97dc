// Calls that go to another callee when one is not available.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

using namespace wamp;
using namespace wamp::test;

namespace {

client_features able() {
  client_features f;
  f.callee_call_reroute = f.callee_call_canceling = f.callee_progressive_call_results = true;
  return f;
}

struct fixture : dealer_fixture {
  session_ref a = make_session(1, able()), b = make_session(2, able()), c = make_session(3, able());

  void serve_all(std::string_view policy) {
    for (const auto& who : {a, b, c})
      serve(who, {{"invoke", policy}});
  }
  /// This callee gets the call, and leaves it to another.
  void refuse_at(const session_ref& who) {
    const auto i = taken(who);
    CHECK(i.args.values().args == list{value{1}});
    fail(who, i.request, uris::unavailable);
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "the next is called by the policy, until nobody is left") {
  SUBCASE("first") {
    serve_all("first");
    call(1);
    refuse_at(a), refuse_at(b), refuse_at(c);
  }
  SUBCASE("last") {
    serve_all("last");
    call(1);
    refuse_at(c), refuse_at(b), refuse_at(a);
  }
  SUBCASE("roundrobin") {
    serve_all("roundrobin");
    call(9);
    answer(a, taken(a).request);
    expect_result(9);
    call(1);
    refuse_at(b), refuse_at(c), refuse_at(a);
  }
  SUBCASE("random: anyone, but nobody twice") {
    serve_all("random"); // the source counts: 0, then 1 refused by none, then 2
    call(1);
    refuse_at(a), refuse_at(b), refuse_at(c);
  }
  SUBCASE("single") {
    serve(a);
    call(1);
    refuse_at(a);
  }
  const auto e = out.take<error>(caller);
  CHECK(e.uri == uris::no_available_callee);
  CHECK(e.request == request_id{1});
  CHECK(e.args.values().args == list{value{7}}); // what the last of them said
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "the one that takes it answers; the caller does not see the others") {
  serve_all("first");
  call(1, {{"disclose_me", true}});
  const auto at_a = taken(a);
  fail(a, at_a.request, uris::unavailable);
  const auto at_b = taken(b);
  CHECK(at_b.details == at_a.details);
  CHECK(at_b.args.values().args == at_a.args.values().args);
  answer(a, at_a.request); // it had its say
  CHECK(out.empty());
  fail(b, at_b.request, "other.error");
  expect_error(1, "other.error");
}

TEST_CASE_FIXTURE(fixture, "a callee that did not announce it says what it means") {
  const auto simple = make_session(9);
  serve(simple, {{"invoke", "first"}});
  serve(a, {{"invoke", "first"}});
  call(1);
  fail(simple, taken(simple).request, uris::unavailable);
  expect_error(1, uris::unavailable);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "once the caller has a part of the result, there is no going back") {
  serve_all("first");
  call(1, {{"receive_progress", true}});
  const auto i = taken(a);
  d.yield(a, {i.request, {{"progress", true}}, {}});
  expect_result(1);
  fail(a, i.request, uris::unavailable);
  expect_error(1, uris::no_available_callee);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "nobody begins with a call that is being cancelled") {
  serve_all("first");
  call(1);
  const auto i = taken(a);
  d.cancel(caller, {request_id{1}, {{"mode", "kill"}}});
  out.take<interrupt>(a);
  fail(a, i.request, uris::unavailable);
  expect_error(1, uris::no_available_callee);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "cancel, timeout and the callee's end go to where the call is now") {
  serve_all("first");
  call(1, {{"timeout", 50}});
  refuse_at(a);
  const auto i = taken(b);
  SUBCASE("cancel") {
    d.cancel(caller, {request_id{1}, {}});
    CHECK(out.take<interrupt>(b).request == i.request);
    expect_error(1, uris::canceled);
  }
  SUBCASE("timeout") {
    out.wait(std::chrono::milliseconds{50}, [&] { d.alarm(); });
    CHECK(out.take<interrupt>(b).request == i.request);
    expect_error(1, uris::timeout);
  }
  SUBCASE("the first callee leaves, then the second") {
    d.session_left(a->id);
    CHECK(out.empty());
    d.session_left(b->id);
    expect_error(1, uris::canceled);
  }
  SUBCASE("the caller leaves") {
    d.session_left(caller->id);
    CHECK(out.take<interrupt>(b).request == i.request);
  }
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "who refuses a call has room for the next") {
  const dict options{{"invoke", "first"}, {"concurrency", 1}};
  serve(a, options);
  serve(b, options);
  call(1);
  call(2);
  call(3);
  const auto at_a = taken(a);
  const auto at_b = taken(b);
  fail(b, at_b.request, uris::unavailable); // a is busy: nobody is left
  expect_error(2, uris::no_available_callee);
  const auto third = taken(b);
  CHECK(third.args.values().args == list{value{3}});
  answer(b, third.request);
  expect_result(3);
  fail(a, at_a.request, uris::unavailable);
  CHECK(taken(b).args.values().args == list{value{1}});
  call(4);
  CHECK(taken(a).args.values().args == list{value{4}});
}

TEST_CASE_FIXTURE(fixture, "what is kept for another callee is bounded: then there is none") {
  serve_all("first");
  const auto large = payload::native({{value{std::string(9U << 20U, 'x')}}, {}});
  for (std::uint64_t id = 1; id <= 2; ++id)
    d.call(caller, {request_id{id}, {}, "com.add", large});
  const auto first = taken(a), second = taken(a);
  fail(a, second.request, uris::unavailable);
  expect_error(2, uris::no_available_callee);
  fail(a, first.request, uris::unavailable);
  taken(b);
  CHECK(out.empty());
}
