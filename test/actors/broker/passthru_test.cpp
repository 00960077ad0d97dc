// Publications whose arguments only the peers understand.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  recorder out;
  broker b{test_realm(), out};
  session_ref alice = make_session(1);
  session_ref bob = make_session(2);

  fixture() {
    b.subscribe(bob, {request_id{1}, {}, "com.topic"});
    out.take<subscribed>(bob);
  }
  void publish(dict options, arguments args) {
    b.publish(
        alice, {request_id{7}, std::move(options), "com.topic", payload::native(std::move(args))});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "the binary and what describes it are passed on") {
  const dict attributes{
      {"ppt_scheme", "x_own"}, {"ppt_serializer", "cbor"}, {"ppt_cipher", "c"}, {"ppt_keyid", "k"}};
  publish(attributes, {{binary{"\x01\x02"}}, {}});
  auto e = out.take<event>(bob);
  CHECK(e.details == attributes);
  CHECK(e.args.values().args == list{binary{"\x01\x02"}});
}

TEST_CASE_FIXTURE(fixture, "an empty scheme is none") {
  publish({{"ppt_scheme", ""}, {"ppt_keyid", "k"}}, {{1, 2}, {}});
  CHECK(out.take<event>(bob).details.empty());
}

TEST_CASE_FIXTURE(fixture, "arguments other than one binary are refused") {
  for (auto& args : std::vector<arguments>{
           {{}, {}},
           {{"text"}, {}},
           {{binary{"x"}, binary{"y"}}, {}},
           {{binary{"x"}}, {{"k", 1}}}}) {
    publish({{"ppt_scheme", "x_own"}, {"acknowledge", true}}, args);
    CHECK(out.take<error>(alice).uri == uris::invalid_argument);
    publish({{"ppt_scheme", "x_own"}}, args);
    CHECK(out.empty());
  }
}
