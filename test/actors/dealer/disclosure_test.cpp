// What callees learn of who calls, and how far the realm trusts them.
#include <wamp/test/actors/dealer/dealer_fixture.hpp>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture : dealer_fixture {
  using dealer_fixture::dealer_fixture;
  session_ref callee = make_session(1);
  session_ref caller = make_session(7, "alice", "user");

  dict details(dict options = {}) {
    d.call(caller, {request_id{1}, std::move(options), "com.add", {}});
    auto i = out.take<invocation>(callee);
    answer(callee, i.request);
    out.take<result>(caller);
    return i.details;
  }
};

const dict alice{{"caller", 7}, {"caller_authid", "alice"}, {"caller_authrole", "user"}};

realm_settings realm_with(disclosure d) {
  auto settings = test_realm();
  settings.disclose_callers = d;
  return settings;
}

} // namespace

TEST_CASE_FIXTURE(fixture, "the caller is disclosed when it wants that, or the callee does") {
  const auto id = serve(callee);
  CHECK(details().empty());
  CHECK(details({{"disclose_me", false}}).empty());
  CHECK(details({{"disclose_me", true}}) == alice);
  d.unregister(callee, {request_id{2}, id});
  out.take<unregistered>(callee);
  serve(callee, {{"disclose_caller", true}});
  CHECK(details() == alice);
  CHECK(details({{"disclose_me", false}}) == alice);
}

TEST_CASE("a realm may disclose all callers") {
  fixture f{realm_with(disclosure::always)};
  f.serve(f.callee);
  CHECK(f.details() == alice);
}

TEST_CASE("a realm may disclose nobody: wanting it is an ERROR, for both sides") {
  fixture f{realm_with(disclosure::never)};
  CHECK(f.refused(f.callee, {{"disclose_caller", true}}) == uris::option_disallowed_disclose_me);
  f.serve(f.callee, {{"disclose_caller", false}});
  f.d.call(f.caller, {request_id{1}, {{"disclose_me", true}}, "com.add", {}});
  f.expect_error(f.caller, 1, uris::option_disallowed_disclose_me);
  CHECK(f.out.empty());
  CHECK(f.details({{"disclose_me", false}}).empty());
}

TEST_CASE("a call that waits is disclosed as it was asked for") {
  fixture f;
  f.serve(f.callee, {{"concurrency", 1}});
  f.d.call(f.caller, {request_id{1}, {}, "com.add", {}});
  f.d.call(f.caller, {request_id{2}, {{"disclose_me", true}}, "com.add", {}});
  const auto first = f.taken(f.callee);
  CHECK(first.details.empty());
  f.answer(f.callee, first.request);
  f.expect_result(f.caller, 1);
  CHECK(f.taken(f.callee).details == alice);
}

TEST_CASE("the realm says how far a call is to be trusted") {
  auto settings = test_realm();
  settings.trustlevel = [](const session_info& who, action what, std::string_view uri) {
    CHECK(what == action::call);
    CHECK(uri == "com.add");
    return who.identity.authrole == "user" ? std::optional<std::uint32_t>{3} : std::nullopt;
  };
  fixture f{settings};
  f.serve(f.callee);
  CHECK(f.details() == dict{{"trustlevel", 3}});
  f.caller = make_session(8);
  CHECK(f.details().empty());
}
