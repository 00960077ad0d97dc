// Publications that are for one node of many. Spec: "Sharded Subscription".
#include <wamp/actors/broker/broker.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <map>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  recorder out;
  broker b{test_realm(), out};
  session_ref sensor = make_session(9, "sensor");
  session_ref one = make_session(1, "one"), two = make_session(2, "two"),
              all = make_session(3, "all");

  void subscribe(const session_ref& who, dict options) {
    b.subscribe(who, {request_id{1}, std::move(options), "com.sensor"});
    out.take<subscribed>(who);
  }
  /// How often each of the sessions receives it.
  std::map<std::uint64_t, int> receivers(dict options) {
    b.publish(sensor, {request_id{7}, std::move(options), "com.sensor", {}});
    std::map<std::uint64_t, int> got;
    while (!out.empty())
      for (const auto& who : {one, two, all}) {
        auto copy = out;
        try {
          copy.take<event>(who);
          out.take<event>(who);
          ++got[who->id.value()];
        } catch (const std::logic_error&) {
        }
        if (out.empty())
          break;
      }
    return got;
  }
};

using counts = std::map<std::uint64_t, int>;

} // namespace

TEST_CASE_FIXTURE(fixture, "a resource is of one node, and always of the same") {
  subscribe(one, {{"nkey", "node1"}});
  subscribe(two, {{"nkey", "node2"}});
  subscribe(all, {});
  counts sum;
  for (int i = 0; i < 100; ++i) {
    const auto first = receivers({{"rkey", "sn" + std::to_string(i)}});
    CHECK(first.size() == 2);
    CHECK(first.count(3) == 1); // has no node: hears everything
    CHECK(receivers({{"rkey", "sn" + std::to_string(i)}}) == first);
    for (auto [who, n] : first)
      sum[who] += n;
  }
  CHECK(sum[1] > 25);
  CHECK(sum[2] > 25);
}

TEST_CASE_FIXTURE(fixture, "without a resource everybody hears of it") {
  subscribe(one, {{"nkey", "node1"}});
  subscribe(two, {{"nkey", "node2"}});
  CHECK(receivers({}) == counts{{1, 1}, {2, 1}});
}

TEST_CASE_FIXTURE(fixture, "all sessions of a node hear what is for it") {
  subscribe(one, {{"nkey", "node1"}});
  subscribe(two, {{"nkey", "node1"}});
  CHECK(receivers({{"rkey", "sn1"}}) == counts{{1, 1}, {2, 1}});
}

TEST_CASE_FIXTURE(fixture, "a node that may not hear of it, or has gone, gets nothing") {
  subscribe(one, {{"nkey", "node1"}});
  subscribe(two, {{"nkey", "node2"}});
  for (int i = 0; i < 20; ++i)
    CHECK(
        receivers({{"rkey", "sn" + std::to_string(i)}, {"exclude_authid", list{value{"one"}}}})
        == counts{{2, 1}});
  b.session_left(two->id);
  for (int i = 0; i < 20; ++i)
    CHECK(receivers({{"rkey", "sn" + std::to_string(i)}}) == counts{{1, 1}});
}

TEST_CASE_FIXTURE(fixture, "who subscribes again may move to another node") {
  subscribe(one, {{"nkey", "node1"}});
  subscribe(one, {});
  subscribe(two, {{"nkey", "node2"}});
  CHECK(receivers({{"rkey", "sn1"}}) == counts{{1, 1}, {2, 1}});
}
