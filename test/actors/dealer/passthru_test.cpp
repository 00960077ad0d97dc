// Calls and results whose arguments only the peers understand.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

const dict attributes{
    {"ppt_scheme", "x_own"}, {"ppt_serializer", "cbor"}, {"ppt_cipher", "c"}, {"ppt_keyid", "k"}};
const payload some = payload::native({{binary{"\x01\x02"}}, {}});

client_features able() {
  client_features f;
  f.caller_payload_passthru = f.callee_payload_passthru = true;
  f.callee_call_canceling = f.callee_progressive_call_results = true;
  f.callee_progressive_call_invocations = true;
  return f;
}

const std::vector<payload>& other_than_one_binary() {
  static const std::vector<payload> all{
      {},
      payload::native({{"text"}, {}}),
      payload::native({{binary{"x"}, binary{"y"}}, {}}),
      payload::native({{binary{"x"}}, {{"k", 1}}})};
  return all;
}

struct fixture : dealer_fixture {
  session_ref callee = make_session(1, able());
  session_ref simple = make_session(2);

  fixture() { caller = make_session(100, able()); }

  void pass(std::uint64_t id, dict options, payload args) {
    d.call(caller, {request_id{id}, std::move(options), "com.add", std::move(args)});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "the binary and what describes it are passed on, both ways") {
  serve(callee);
  pass(1, attributes, some);
  const auto i = taken(callee);
  CHECK(i.details == attributes);
  CHECK(i.args.values().args == list{binary{"\x01\x02"}});
  d.yield(callee, {i.request, {{"ppt_scheme", "wamp"}}, some});
  const auto r = out.take<result>(caller);
  CHECK(r.details == dict{{"ppt_scheme", "wamp"}});
  CHECK(r.args.values().args == list{binary{"\x01\x02"}});
  pass(2, attributes, some);
  d.fail(
      callee, {message_code::invocation, request_id{taken(callee).request.value()}, attributes,
               "a.b", some});
  const auto e = out.take<error>(caller);
  CHECK(e.details == attributes);
}

TEST_CASE_FIXTURE(fixture, "an empty scheme is none") {
  serve(simple);
  pass(1, {{"ppt_scheme", ""}, {"ppt_keyid", "k"}}, number(1));
  const auto i = taken(simple);
  CHECK(i.details.empty());
  d.yield(simple, {i.request, {{"ppt_scheme", ""}}, number(1)});
  CHECK(out.take<result>(caller).details.empty());
}

TEST_CASE_FIXTURE(fixture, "arguments other than one binary are refused, and so are results") {
  serve(callee);
  for (const auto& args : other_than_one_binary()) {
    pass(1, attributes, args);
    expect_error(1, uris::invalid_argument);
    CHECK(out.empty());
    pass(2, {}, {});
    d.yield(callee, {taken(callee).request, attributes, args});
    expect_error(2, uris::invalid_argument);
  }
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "a callee that does not know it is not called") {
  serve(simple);
  pass(1, attributes, some);
  expect_error(1, uris::feature_not_supported);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a caller that does not know it gets an ERROR, even for a part") {
  serve(callee);
  const auto plain = make_session(101);
  call(plain, 1, {{"receive_progress", true}});
  const auto i = taken(callee);
  SUBCASE("the result") {
    d.yield(callee, {i.request, attributes, some});
  }
  SUBCASE("a part of it: the callee need not go on") {
    auto options = attributes;
    options.set("progress", true);
    d.yield(callee, {i.request, options, some});
    CHECK(out.take<interrupt>(callee).request == i.request);
  }
  expect_error(plain, 1, uris::feature_not_supported);
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "parts of calls and of results are passed on as well") {
  serve(callee);
  auto options = attributes;
  options.set("progress", true);
  options.set("receive_progress", true);
  pass(1, options, some);
  CHECK(taken(callee).details == options);
  d.continue_call(caller, {request_id{1}, {{"progress", true}}, "com.add", some});
  const auto second = taken(callee);
  CHECK(second.details == options);
  auto progress = attributes;
  progress.set("progress", true);
  d.yield(callee, {second.request, progress, some});
  CHECK(out.take<result>(caller).details == progress);
  d.continue_call(caller, {request_id{1}, {}, "com.add", number(1)});
  out.take<interrupt>(callee);
  expect_error(1, uris::invalid_argument);
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "what describes the binary waits with it, and is charged for") {
  serve(callee, {{"concurrency", 1}});
  call(1);
  const auto first = taken(callee);
  pass(2, attributes, some);
  answer(callee, first.request);
  expect_result(1);
  CHECK(taken(callee).details == attributes);
  pass(3, {{"ppt_scheme", std::string(17U << 20U, 'x')}}, some);
  expect_error(3, uris::unavailable);
}
