// Remote procedure calls as the specification wants them, decided without any actor.
#include <wamp/actors/dealer/dealer.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  recorder out;
  dealer d{test_realm(), out, out, out};
  session_ref callee = make_session(1, "callee", "user", true);
  session_ref caller = make_session(2);
  session_ref other = make_session(3);

  registration_id serve(const session_ref& who, std::string procedure) {
    d.register_(who, {request_id{1}, {}, std::move(procedure)});
    return out.take<registered>(who).registration;
  }
  invocation_id call(const session_ref& who, std::uint64_t id, std::string procedure = "com.add") {
    d.call(who, {request_id{id}, {}, std::move(procedure), payload::native({{value{1}}, {}})});
    return out.take<invocation>(callee).request;
  }
  error expect_error(const session_ref& who, message_code type, std::uint64_t id) {
    auto e = out.take<error>(who);
    CHECK(e.request_type == type);
    CHECK(e.request == request_id{id});
    return e;
  }
};

payload number(int n) {
  return payload::native({{value{n}}, {}});
}

} // namespace

TEST_CASE_FIXTURE(fixture, "a call becomes an invocation, its yield the result") {
  auto registration = serve(callee, "com.add");
  d.call(caller, {request_id{42}, {}, "com.add", number(5)});
  auto i = out.take<invocation>(callee);
  CHECK(i.registration == registration);
  CHECK(i.request == invocation_id{1});
  CHECK(i.args.values().args == list{value{5}});
  CHECK(i.details.empty());
  d.yield(callee, {i.request, {}, number(6)});
  auto r = out.take<result>(caller);
  CHECK(r.request == request_id{42});
  CHECK(r.args.values().args == list{value{6}});
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "invocation ids count 1, 2, 3 for each callee") {
  serve(callee, "com.add");
  CHECK(call(caller, 1) == invocation_id{1});
  CHECK(call(other, 1) == invocation_id{2});
  CHECK(call(caller, 2) == invocation_id{3});
  d.register_(other, {request_id{1}, {}, "com.sub"});
  out.take<registered>(other);
  d.call(caller, {request_id{3}, {}, "com.sub", {}});
  CHECK(out.take<invocation>(other).request == invocation_id{1});
}

TEST_CASE_FIXTURE(fixture, "an error from the callee reaches the caller with all that it says") {
  serve(callee, "com.add");
  auto i = call(caller, 9);
  d.fail(
      callee, {message_code::invocation,
               request_id{i.value()},
               {{"x_note", 1}},
               "com.error.overflow",
               payload::native({{value{"too big"}}, {{"limit", 7}}})});
  auto e = expect_error(caller, message_code::call, 9);
  CHECK(e.uri == "com.error.overflow");
  CHECK(e.args.values().args == list{value{"too big"}});
  CHECK(e.args.values().kwargs == dict{{"limit", 7}});
}

TEST_CASE_FIXTURE(fixture, "a call that nobody serves is no_such_procedure") {
  d.call(caller, {request_id{3}, {}, "com.nothing", {}});
  CHECK(expect_error(caller, message_code::call, 3).uri == uris::no_such_procedure);
  d.call(caller, {request_id{4}, {}, "wamp.nothing.here", {}});
  CHECK(expect_error(caller, message_code::call, 4).uri == uris::no_such_procedure);
}

TEST_CASE_FIXTURE(fixture, "a procedure has one callee") {
  serve(callee, "com.add");
  for (auto& who : {other, callee}) {
    d.register_(who, {request_id{2}, {}, "com.add"});
    auto e = expect_error(who, message_code::register_, 2);
    CHECK(e.uri == uris::procedure_already_exists);
  }
  CHECK(call(caller, 1) == invocation_id{1});
}

TEST_CASE_FIXTURE(fixture, "UNREGISTER frees the procedure; calls under way go on") {
  auto id = serve(callee, "com.add");
  auto i = call(caller, 1);
  d.unregister(callee, {request_id{2}, id});
  CHECK(out.take<unregistered>(callee).request == request_id{2});
  d.call(caller, {request_id{2}, {}, "com.add", {}});
  CHECK(expect_error(caller, message_code::call, 2).uri == uris::no_such_procedure);
  d.yield(callee, {i, {}, number(1)});
  CHECK(out.take<result>(caller).request == request_id{1});
  CHECK(serve(other, "com.add") != id);
}

TEST_CASE_FIXTURE(fixture, "UNREGISTER by somebody else, or twice, is no_such_registration") {
  auto id = serve(callee, "com.add");
  d.unregister(other, {request_id{2}, id});
  CHECK(expect_error(other, message_code::unregister, 2).uri == uris::no_such_registration);
  d.unregister(callee, {request_id{2}, id});
  out.take<unregistered>(callee);
  d.unregister(callee, {request_id{3}, id});
  CHECK(expect_error(callee, message_code::unregister, 3).uri == uris::no_such_registration);
}

TEST_CASE_FIXTURE(fixture, "bad and reserved procedures are invalid_uri") {
  for (auto procedure : {"", "com..add", "com add", "a#b", ".a", "a."}) {
    CAPTURE(procedure);
    d.register_(callee, {request_id{1}, {}, procedure});
    CHECK(expect_error(callee, message_code::register_, 1).uri == uris::invalid_uri);
    d.call(caller, {request_id{1}, {}, procedure, {}});
    CHECK(expect_error(caller, message_code::call, 1).uri == uris::invalid_uri);
  }
  d.register_(callee, {request_id{2}, {}, "wamp.mine"});
  CHECK(expect_error(callee, message_code::register_, 2).uri == uris::invalid_uri);
}

TEST_CASE("progress is passed on at once, in order, until the final result") {
  recorder out;
  dealer d{test_realm(), out, out, out};
  const auto callee = make_session(1, "callee", "user", true, true);
  const auto caller = make_session(2);
  d.register_(callee, {request_id{1}, {}, "com.add"});
  out.take<registered>(callee);
  d.call(caller, {request_id{5}, {{"receive_progress", true}}, "com.add", {}});
  const auto asked = out.take<invocation>(callee);
  CHECK(asked.details == dict{{"receive_progress", true}});
  for (int n = 1; n <= 3; ++n) {
    d.yield(callee, {asked.request, {{"progress", true}}, number(n)});
    const auto part = out.take<result>(caller);
    CHECK(part.request == request_id{5});
    CHECK(part.details == dict{{"progress", true}});
    CHECK(part.args.values().args == list{value{n}});
  }
  SUBCASE("of the callee") {
    d.yield(callee, {asked.request, {}, number(9)});
    CHECK(out.take<result>(caller).details.empty());
  }
  SUBCASE("an ERROR") {
    d.fail(callee, {message_code::invocation, request_id{asked.request.value()}, {}, "a.b", {}});
    CHECK(out.take<error>(caller).uri == "a.b");
  }
  SUBCASE("or that the caller has cancelled") {
    d.cancel(caller, {request_id{5}, {{"mode", "killnowait"}}});
    out.take<interrupt>(callee);
    CHECK(out.take<error>(caller).uri == uris::canceled);
  }
  d.yield(callee, {asked.request, {{"progress", true}}, number(4)});
  CHECK(out.empty());
}

TEST_CASE("a callee that can not be stopped, or knows no progress, is not asked for it") {
  for (auto [cancels, progresses] : {std::pair{true, false}, {false, true}}) {
    recorder out;
    dealer d{test_realm(), out, out, out};
    const auto callee = make_session(1, "callee", "user", cancels, progresses);
    const auto caller = make_session(2);
    d.register_(callee, {request_id{1}, {}, "com.add"});
    out.take<registered>(callee);
    d.call(caller, {request_id{5}, {{"receive_progress", true}}, "com.add", {}});
    const auto asked = out.take<invocation>(callee);
    CHECK(asked.details.empty());
    d.yield(callee, {asked.request, {{"progress", true}}, number(1)});
    CHECK(out.empty());
    d.yield(callee, {asked.request, {}, number(2)});
    out.take<result>(caller);
  }
}

TEST_CASE_FIXTURE(fixture, "progress that nobody asked for is not passed on") {
  serve(callee, "com.add");
  auto i = call(caller, 1);
  d.yield(callee, {i, {{"progress", true}}, number(1)});
  CHECK(out.empty());
  d.yield(callee, {i, {}, number(2)});
  CHECK(out.take<result>(caller).args.values().args == list{value{2}});
}

TEST_CASE_FIXTURE(fixture, "answers to what is not pending are discarded") {
  serve(callee, "com.add");
  auto i = call(caller, 1);
  d.yield(other, {i, {}, number(1)});
  d.yield(callee, {invocation_id{77}, {}, number(1)});
  CHECK(out.empty());
  d.yield(callee, {i, {}, number(1)});
  out.take<result>(caller);
  d.yield(callee, {i, {}, number(1)});
  d.fail(callee, {message_code::invocation, request_id{i.value()}, {}, "com.late", {}});
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a callee that leaves: its callers get canceled, its procedures go") {
  serve(callee, "com.add");
  call(caller, 1);
  call(other, 8);
  d.session_left(callee->id);
  std::size_t answered = 0;
  while (!out.empty()) {
    auto copy = out;
    try {
      copy.take<error>(caller);
      CHECK(expect_error(caller, message_code::call, 1).uri == uris::canceled);
    } catch (const std::logic_error&) {
      CHECK(expect_error(other, message_code::call, 8).uri == uris::canceled);
    }
    ++answered;
  }
  CHECK(answered == 2);
  CHECK(d.registrations().size() == 0);
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "a caller that leaves: the callee is interrupted if it can be") {
  serve(callee, "com.add");
  auto i = call(caller, 1);
  d.session_left(caller->id);
  auto stop = out.take<interrupt>(callee);
  CHECK(stop.request == i);
  CHECK(stop.options == dict{{"mode", "killnowait"}});
  d.yield(callee, {i, {}, number(1)});
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "a caller that leaves says nothing to a callee that cannot cancel") {
  serve(other, "com.slow");
  d.call(caller, {request_id{1}, {}, "com.slow", {}});
  out.take<invocation>(other);
  d.session_left(caller->id);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a session may call itself, and leave in the middle of it") {
  serve(callee, "com.add");
  call(callee, 1);
  d.session_left(callee->id);
  CHECK(out.empty());
  CHECK(d.invocations().size() == 0);
}

TEST_CASE_FIXTURE(
    fixture, "cancel killnowait, the default: ERROR now, INTERRUPT, late answer lost") {
  serve(callee, "com.add");
  for (auto options : {dict{}, dict{{"mode", "killnowait"}}}) {
    auto i = call(caller, 1);
    d.cancel(caller, {request_id{1}, options});
    auto stop = out.take<interrupt>(callee);
    CHECK(stop.request == i);
    CHECK(stop.options == dict{{"mode", "killnowait"}});
    CHECK(expect_error(caller, message_code::call, 1).uri == uris::canceled);
    d.yield(callee, {i, {}, number(1)});
    CHECK(out.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "cancel kill: the caller gets what the callee answers") {
  serve(callee, "com.add");
  auto i = call(caller, 1);
  d.cancel(caller, {request_id{1}, {{"mode", "kill"}}});
  CHECK(out.take<interrupt>(callee).options == dict{{"mode", "kill"}});
  CHECK(out.empty());
  d.fail(callee, {message_code::invocation, request_id{i.value()}, {}, "wamp.error.canceled", {}});
  CHECK(expect_error(caller, message_code::call, 1).uri == uris::canceled);
}

TEST_CASE_FIXTURE(fixture, "cancel skip, or a callee that cannot cancel: no INTERRUPT") {
  serve(callee, "com.add");
  call(caller, 1);
  d.cancel(caller, {request_id{1}, {{"mode", "skip"}}});
  CHECK(expect_error(caller, message_code::call, 1).uri == uris::canceled);
  serve(other, "com.slow");
  for (auto mode : {"kill", "killnowait", "skip"}) {
    d.call(caller, {request_id{2}, {}, "com.slow", {}});
    out.take<invocation>(other);
    d.cancel(caller, {request_id{2}, {{"mode", mode}}});
    CHECK(expect_error(caller, message_code::call, 2).uri == uris::canceled);
  }
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "cancel of a call that is answered is ignored; an unknown mode is not") {
  serve(callee, "com.add");
  auto i = call(caller, 1);
  d.yield(callee, {i, {}, {}});
  out.take<result>(caller);
  d.cancel(caller, {request_id{1}, {}});
  CHECK(out.empty());
  d.cancel(caller, {request_id{1}, {{"mode", "gently"}}});
  CHECK(expect_error(caller, message_code::cancel, 1).uri == uris::invalid_argument);
}

TEST_CASE("calls in flight are bounded for each caller") {
  recorder out;
  auto settings = test_realm();
  settings.max_pending_calls = 2;
  dealer d{settings, out, out, out};
  auto callee = make_session(1);
  auto caller = make_session(2);
  d.register_(callee, {request_id{1}, {}, "com.add"});
  out.clear();
  for (std::uint64_t id = 1; id <= 3; ++id)
    d.call(caller, {request_id{id}, {}, "com.add", {}});
  out.take<invocation>(callee);
  out.take<invocation>(callee);
  CHECK(out.take<error>(caller).uri == uris::unavailable);
  d.yield(callee, {invocation_id{1}, {}, {}});
  out.take<result>(caller);
  d.call(caller, {request_id{4}, {}, "com.add", {}});
  out.take<invocation>(callee);
}

TEST_CASE_FIXTURE(fixture, "a call id in use (lenient realms) is refused, the first call goes on") {
  serve(callee, "com.add");
  auto i = call(caller, 5);
  d.call(caller, {request_id{5}, {}, "com.add", {}});
  CHECK(expect_error(caller, message_code::call, 5).uri == uris::invalid_argument);
  d.yield(callee, {i, {}, {}});
  CHECK(out.take<result>(caller).request == request_id{5});
}

TEST_CASE("what a session may not do is not_authorized") {
  recorder out;
  auto settings = test_realm();
  settings.authorize = authorize_by([](const session_info& who, action what, std::string_view) {
    return who.identity.authrole == "admin" || what == action::call;
  });
  dealer d{settings, out, out, out};
  auto user = make_session(1, "u", "user");
  auto admin = make_session(2, "a", "admin");
  d.register_(user, {request_id{1}, {}, "com.add"});
  CHECK(out.take<error>(user).uri == uris::not_authorized);
  d.register_(admin, {request_id{1}, {}, "com.add"});
  out.take<registered>(admin);
  d.call(user, {request_id{2}, {}, "com.add", {}});
  out.take<invocation>(admin);
}
