// Calls that go to the callee which has the resource. Spec: "Sharded Registration".
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

#include <map>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture : dealer_fixture {
  session_ref a = make_session(1), b = make_session(2);
  std::uint64_t last = 0;

  session_ref called(dict options) {
    call(++last, std::move(options));
    for (const auto& who : {a, b}) {
      auto copy = out;
      try {
        const auto i = copy.take<invocation>(who);
        out.take<invocation>(who);
        answer(who, i.request);
        expect_result(last);
        return who;
      } catch (const std::logic_error&) {
      }
    }
    return nullptr;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a resource is one callee's, and always the same's") {
  serve(a, {{"invoke", "roundrobin"}});
  serve(b, {{"invoke", "roundrobin"}});
  std::map<std::uint64_t, int> calls;
  for (int i = 0; i < 100; ++i) {
    const auto rkey = "row" + std::to_string(i);
    const auto who = called({{"rkey", rkey}});
    REQUIRE(who);
    CHECK(called({{"rkey", rkey}, {"runmode", "partition"}}) == who);
    ++calls[who->id.value()];
  }
  CHECK(calls[1] > 25);
  CHECK(calls[2] > 25);
  CHECK(called({}) != called({})); // without a resource, as registered
}

TEST_CASE_FIXTURE(fixture, "a callee that names its node has its resources back when it returns") {
  serve(a, {{"invoke", "random"}, {"nkey", "node1"}});
  serve(b, {{"invoke", "random"}, {"nkey", "node2"}});
  std::vector<session_ref> before;
  for (int i = 0; i < 20; ++i)
    before.push_back(called({{"rkey", "row" + std::to_string(i)}}));
  const auto old = a;
  d.session_left(a->id);
  a = make_session(77);
  serve(a, {{"invoke", "random"}, {"nkey", "node1"}});
  for (int i = 0; i < 20; ++i)
    CHECK(
        (called({{"rkey", "row" + std::to_string(i)}}) == a)
        == (before[static_cast<std::size_t>(i)] == old));
}

TEST_CASE_FIXTURE(fixture, "a call waits for its own callee, and keeps nobody up") {
  serve(a, {{"invoke", "first"}, {"nkey", "node1"}, {"concurrency", 1}});
  serve(b, {{"invoke", "first"}, {"nkey", "node2"}, {"concurrency", 1}});
  std::string of_a, of_b;
  for (int i = 0; of_a.empty() || of_b.empty(); ++i) {
    const auto rkey = "row" + std::to_string(i);
    (called({{"rkey", rkey}}) == a ? of_a : of_b) = rkey;
  }
  call(1001, {{"rkey", of_a}});
  const auto first = taken(a);
  call(1002, {{"rkey", of_a}}); // waits for a
  call(1003, {{"rkey", of_b}}); // waits behind it, for no reason of its own
  CHECK(out.next_is<invocation>());
  const auto other = taken(b);
  answer(b, other.request);
  expect_result(1003);
  CHECK(out.empty());
  answer(a, first.request);
  expect_result(1001);
  answer(a, taken(a).request);
  expect_result(1002);
}

TEST_CASE_FIXTURE(fixture, "the one runmode is partition, and wants a resource") {
  serve(a);
  call(1, {{"runmode", "partition"}});
  expect_error(1, uris::invalid_argument);
  call(2, {{"runmode", "all"}, {"rkey", "x"}});
  expect_error(2, uris::option_not_allowed);
  CHECK(out.empty());
}
