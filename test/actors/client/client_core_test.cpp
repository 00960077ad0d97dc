// What a client decides: when it connects, what becomes of answers, and when it gives up; its actor
// and its router are the test.
#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/client/handlers.hpp>
#include <wamp/test/support/credentials.hpp>
#include <wamp/test/support/fake_router.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

/// Answers come back at once, as in the client's actor.
struct direct_line : answer_line {
  client_core* core = nullptr;
  void send(std::uint64_t session_count, invocation_answer a) override {
    core->answer(session_count, std::move(a));
  }
};

struct fixture : router_link, client_owner, sent_messages {
  std::vector<client_status> changes;
  std::chrono::milliseconds alarm_in{0};
  std::chrono::milliseconds call_alarm_in{0};
  std::chrono::milliseconds alarm_when_told{0}; ///< of the latest change
  time_point time;
  int connects = 0;
  int stops = 0;
  std::deque<std::pair<std::function<void()>, std::function<void()>>> aside;
  std::shared_ptr<test_credentials> ticket = test_ticket();
  std::shared_ptr<direct_line> line = std::make_shared<direct_line>();
  client_core core{settings(), *this, *this, line};

  fixture() { line->core = &core; }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() override = default;

  client_settings settings() {
    client_settings s;
    s.realm = "realm1";
    s.hello_details = {{"x_mine", "me"}};
    s.authid = "joe";
    s.credentials = {ticket};
    s.reconnect.max_attempts = 3;
    s.on_status = [this](const client_status& now) {
      changes.push_back(now);
      alarm_when_told = alarm_in;
    };
    return s;
  }

  sent send(message&& m) override {
    to_router.push_back(m);
    return sent::yes;
  }
  void close() override {}
  void connect() override { ++connects; }
  time_point now() const override { return time; }
  void set_alarm(client_alarm which, std::chrono::milliseconds delay) override {
    (which == client_alarm::session ? alarm_in : call_alarm_in) = delay;
  }
  void do_aside(std::function<void()> work, std::function<void()> then) override {
    aside.emplace_back(std::move(work), std::move(then));
  }
  void stopped() override { ++stops; }

  void join() {
    core.connected();
    take<hello>();
    core.receive(welcome{session_id{7}, {}});
  }
  void serve(procedure_handler handler) {
    core.provide("a.b", {}, std::move(handler), [](const auto&) {});
  }
  void grant(std::uint64_t id) {
    core.receive(registered{take<wamp::register_>().request, registration_id{id}});
  }
  void invoke(std::uint64_t request, std::uint64_t id, dict details = {}) {
    core.receive(invocation{invocation_id{request}, registration_id{id}, std::move(details), {}});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "HELLO names the realm, the roles and what the user wants to add") {
  core.start();
  CHECK(connects == 1);
  core.connected();
  CHECK(alarm_in == client_settings{}.join_timeout);
  const auto m = take<hello>();
  CHECK(m.realm == "realm1");
  CHECK(*find<std::string>(m.details, "x_mine") == "me");
  CHECK(*find<std::string>(m.details, "authid") == "joe");
  CHECK(*m.details.find("authmethods") == value{list{"ticket"}});
  const auto roles = find<dict>(m.details, "roles");
  REQUIRE(roles);
  for (auto role : {"publisher", "subscriber", "caller", "callee"})
    CHECK(find<dict>(*roles, role));
}

TEST_CASE_FIXTURE(fixture, "it tries again after a pause, and gives up in the end") {
  core.start();
  for (int attempt = 1; attempt <= 3; ++attempt) {
    core.connection_lost("refused");
    CHECK(changes.back().state == client_state::disconnected);
    CHECK(changes.back().text == "refused");
    CHECK(alarm_in > 0ms);
    core.alarm(client_alarm::session);
    CHECK(connects == attempt + 1);
  }
  core.connection_lost("refused");
  CHECK(changes.back().state == client_state::stopped);
  CHECK(stops == 1);
  CHECK(alarm_in == 0ms);
}

TEST_CASE_FIXTURE(fixture, "CHALLENGE is answered by what the client has been given") {
  core.connected();
  take<hello>();
  alarm_in = 0ms;
  core.receive(challenge{"ticket", {}});
  const auto m = take<authenticate>();
  CHECK(m.signature == "secret");
  CHECK(*find<std::string>(m.extra, "by") == "joe");
  CHECK(alarm_in == client_settings{}.join_timeout); // the router's time begins again
  core.receive(welcome{session_id{7}, {}});
  CHECK(changes.back().state == client_state::joined);
}

TEST_CASE_FIXTURE(fixture, "what takes long to answer is answered aside") {
  ticket->slow = true;
  core.connected();
  take<hello>();
  core.receive(challenge{"ticket", {}});
  CHECK(to_router.empty());
  REQUIRE(aside.size() == 1);
  SUBCASE("and goes out when that is done") {
    aside[0].first();
    aside[0].second();
    CHECK(take<authenticate>().signature == "secret");
  }
  SUBCASE("the router's time does not run meanwhile") {
    core.alarm(client_alarm::session);
    aside[0].first();
    aside[0].second();
    CHECK(take<authenticate>().signature == "secret");
  }
  SUBCASE("but not when the session has ended meanwhile") {
    core.connection_lost("gone");
    const auto pause = alarm_in;
    aside[0].first();
    aside[0].second();
    CHECK(to_router.empty());
    CHECK(alarm_in == pause);
  }
  SUBCASE("nor in the next session") {
    core.connection_lost("gone");
    core.alarm(client_alarm::session);
    core.connected();
    take<hello>();
    core.receive(challenge{"ticket", {}});
    REQUIRE(aside.size() == 2);
    aside[0].first();
    aside[0].second();
    CHECK(to_router.empty());
    aside[1].first();
    aside[1].second();
    CHECK(take<authenticate>().signature == "secret");
  }
}

TEST_CASE_FIXTURE(fixture, "a router that is not believed is left, for good") {
  core.connected();
  take<hello>();
  SUBCASE("for what it asks") {
    ticket->ticket = "";
    core.receive(challenge{"ticket", {}});
    CHECK(changes.back().text == "this is another router");
  }
  SUBCASE("for what it does not prove") {
    ticket->wants = "the router";
    core.receive(welcome{session_id{7}, {}});
    CHECK(changes.back().text == "the router has not proven that it is the router");
  }
  SUBCASE("since it can not be answered") {
    ticket->throws = true;
    core.receive(challenge{"ticket", {}});
    CHECK(changes.back().text == "CHALLENGE could not be answered");
  }
  CHECK(take<wamp::abort>().reason == uris::authentication_denied);
  CHECK(changes.back().state == client_state::stopped);
  CHECK(stops == 1);
}

TEST_CASE_FIXTURE(fixture, "a CHALLENGE for what was not offered is not answered") {
  core.connected();
  take<hello>();
  core.receive(challenge{"wampcra", {}});
  CHECK(take<wamp::abort>().reason == uris::protocol_violation);
  CHECK(to_router.empty());
}

TEST_CASE("what the router has against the client is final, what fails for it is not") {
  const auto state_after = [](std::string_view reason, bool was_joined) {
    fixture f;
    f.core.connected();
    if (was_joined)
      f.core.receive(welcome{session_id{7}, {}});
    f.core.receive(wamp::abort{{}, std::string{reason}, {}});
    return f.changes.back().state;
  };
  for (auto final_one :
       {uris::authentication_denied, uris::no_matching_auth_method, uris::no_auth_method,
        uris::no_such_principal, uris::no_such_role, uris::not_authorized}) {
    CAPTURE(final_one);
    CHECK(state_after(final_one, false) == client_state::stopped);
    CHECK(state_after(final_one, true) == client_state::disconnected);
  }
  for (auto other :
       {uris::authentication_failed, uris::unavailable, uris::no_such_realm, uris::system_shutdown,
        uris::protocol_violation}) {
    CAPTURE(other);
    CHECK(state_after(other, false) == client_state::disconnected);
  }
}

TEST_CASE_FIXTURE(fixture, "who is told of a pause finds its alarm set") {
  join();
  core.connection_lost("gone");
  REQUIRE(changes.back().state == client_state::disconnected);
  CHECK(alarm_in.count() > 0);
  CHECK(alarm_when_told == alarm_in);
}

TEST_CASE_FIXTURE(fixture, "a session begins the count of failures anew") {
  core.start();
  for (int round = 0; round < 10; ++round) {
    join();
    CHECK(changes.back().state == client_state::joined);
    CHECK(changes.back().session == session_id{7});
    time += 1s;
    core.connection_lost("gone");
    core.alarm(client_alarm::session);
  }
  CHECK(stops == 0);
}

TEST_CASE_FIXTURE(fixture, "an answer for an earlier session is void") {
  std::vector<responder> open;
  core.start();
  serve([&](const invocation&, const responder& to) { open.push_back(to); });
  join();
  grant(41);
  invoke(1, 41);
  core.connection_lost("gone");
  core.alarm(client_alarm::session);
  join();
  grant(41);
  invoke(1, 41); // the same id, another call
  REQUIRE(open.size() == 2);
  open[0].result();
  CHECK(to_router.empty());
  open[1].result();
  CHECK(take<yield>().request == invocation_id{1});
}

TEST_CASE_FIXTURE(fixture, "progress goes only to who wants it, and not after the end") {
  std::optional<responder> open;
  core.start();
  serve([&](const invocation&, const responder& to) { open = to; });
  join();
  grant(41);
  invoke(1, 41);
  open->progress({});
  CHECK(to_router.empty());
  open->result();
  take<yield>();
  invoke(2, 41, {{"receive_progress", true}});
  open->progress({});
  CHECK(flag(take<yield>().options, "progress"));
  open->result();
  CHECK_FALSE(flag(take<yield>().options, "progress"));
  open->progress({});
  open->fail("a.b");
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fixture, "an INTERRUPT is seen by who still works on the call") {
  std::optional<responder> open;
  core.start();
  serve([&](const invocation&, const responder& to) { open = to; });
  join();
  grant(41);
  invoke(1, 41);
  core.receive(interrupt{invocation_id{1}, {}});
  CHECK(open->interrupted());
  open->fail(std::string{uris::canceled});
  CHECK(take<error>().uri == uris::canceled);
}

TEST_CASE_FIXTURE(fixture, "stopping says GOODBYE and waits for it, but not for ever") {
  core.start();
  join();
  core.stop("wamp.close.normal");
  take<goodbye>();
  CHECK(alarm_in == client_settings{}.goodbye_timeout);
  CHECK(stops == 0);
  SUBCASE("answered") {
    core.receive(goodbye{{}, std::string{uris::goodbye_and_out}});
  }
  SUBCASE("not answered") {
    core.alarm(client_alarm::session);
  }
  SUBCASE("lost") {
    core.connection_lost("gone");
  }
  CHECK(stops == 1);
  CHECK(changes.back().state == client_state::stopped);
  core.stop("again");
  CHECK(stops == 1);
}

TEST_CASE_FIXTURE(fixture, "whoever waits for a session is told when there is one, or none") {
  std::vector<bool> told;
  const auto note = [&](const tl::expected<session_id, error>& a) {
    told.push_back(a.has_value());
  };
  core.start();
  core.when_joined(note);
  CHECK(told.empty());
  join();
  core.when_joined(note);
  CHECK(told == std::vector{true, true});
  core.connection_lost("gone");
  core.when_joined(note);
  core.stop("wamp.close.normal");
  core.when_joined(note);
  CHECK(told == std::vector{true, true, false, false});
}

TEST_CASE_FIXTURE(fixture, "it is patient with a router that lets it in and throws it out") {
  core.start();
  for (int session = 1; session <= 3; ++session) {
    join();
    CHECK(changes.back().state == client_state::joined);
    time += 10ms;
    core.connection_lost("out");
    CHECK(alarm_in >= 50ms * (1 << (session - 1)));
    core.alarm(client_alarm::session);
  }
  join();
  time += 1h; // a session to be proud of: all attempts are there again
  core.connection_lost("out");
  CHECK(changes.back().state == client_state::disconnected);
  CHECK(alarm_in <= 100ms);
  for (int attempt = 2; attempt <= 4; ++attempt) {
    core.alarm(client_alarm::session);
    core.connection_lost("refused");
  }
  CHECK(stops == 1);
}

TEST_CASE("pauses grow up to a bound, and are of random length") {
  reconnect_settings s;
  s.first = 100ms;
  s.most = 1000ms;
  std::uint64_t roll = 0;
  reconnect_plan plan{s, [&] { return roll; }};
  CHECK(*plan.next() == 50ms); // half of it at least
  roll = 100;
  CHECK(*plan.next() == 200ms); // all of it at most
  roll = 0;
  CHECK(*plan.next() == 200ms);
  CHECK(*plan.next() == 400ms);
  CHECK(*plan.next() == 500ms);
  CHECK(*plan.next() == 500ms);
  CHECK(*plan.next(999ms) == 500ms); // a session that is over sooner than the pause would be
  CHECK(*plan.next(1000ms) == 50ms);
  CHECK(*plan.next(199ms) == 100ms);
  s.enabled = false;
  CHECK_FALSE(reconnect_plan{s}.next());
}

TEST_CASE_FIXTURE(fixture, "a call whose time is over ends by ERROR here and by CANCEL there") {
  using namespace std::chrono_literals;
  core.start();
  join();
  test::answers<result> got;
  const auto slow = core.call({{}, {{"timeout", 100}}, "a.slow", {}}, got.keep());
  CHECK(call_alarm_in == 100ms);
  core.call({{}, {{"timeout", 50}}, "a.faster", {}}, got.keep());
  CHECK(call_alarm_in == 50ms);
  core.call({{}, {}, "a.patient", {}}, got.keep());
  CHECK(take<wamp::call>().options == dict{{"timeout", 100}});
  take<wamp::call>();
  take<wamp::call>();
  core.receive(result{request_id{2}, {}, {}});
  got.take();
  time += 50ms;
  core.alarm(client_alarm::calls); // of a call that is over: the other's is set
  CHECK(got.all.empty());
  CHECK(call_alarm_in == 50ms);
  time += 50ms;
  core.alarm(client_alarm::calls);
  CHECK(got.take_error().uri == uris::timeout);
  CHECK(take<cancel>().request == slow);
  CHECK(got.all.empty()); // the patient one
  core.receive(error{message_code::call, slow, {}, std::string{uris::canceled}, {}});
  core.receive(result{request_id{3}, {}, {}});
  got.take();
  CHECK(core.status().state == client_state::joined);
}

TEST_CASE_FIXTURE(fixture, "progressive results give a call as long again") {
  using namespace std::chrono_literals;
  core.start();
  join();
  test::answers<result> got;
  core.call({{}, {{"timeout", 100}, {"receive_progress", true}}, "a.b", {}}, got.keep());
  for (int n = 0; n < 3; ++n) {
    time += 90ms;
    core.receive(result{request_id{1}, {{"progress", true}}, {}});
    core.alarm(client_alarm::calls);
    got.take();
    CHECK(got.all.empty());
  }
  time += 100ms;
  core.alarm(client_alarm::calls);
  CHECK(got.take_error().uri == uris::timeout);
}

TEST_CASE("the settings' timeout is for calls that name none") {
  fixture f;
  auto s = f.settings();
  s.call_timeout = std::chrono::milliseconds{70};
  client_core core{s, f, f, f.line};
  core.start();
  core.connected();
  core.receive(welcome{session_id{7}, {}});
  core.call({{}, {}, "a.b", {}}, [](const auto&) {});
  CHECK(f.call_alarm_in == std::chrono::milliseconds{70});
}

TEST_CASE_FIXTURE(
    fixture, "a handler that takes the responder gives progress, and returns the last") {
  serve(make_procedure([](responder to, int n) {
    for (int i = 1; i < n; ++i)
      to.progress(make_payload(i));
    return n;
  }));
  core.start();
  join();
  grant(11);
  const auto call = [&](std::uint64_t id, dict details, payload args) {
    core.receive(
        invocation{invocation_id{id}, registration_id{11}, std::move(details), std::move(args)});
  };
  call(1, {{"receive_progress", true}}, make_payload(3));
  for (int i = 1; i <= 3; ++i) {
    const auto part = take<wamp::yield>();
    CHECK(part.args.values() == make_arguments(i));
    CHECK(flag(part.options, "progress") == (i < 3));
  }
  call(2, {}, make_payload(3));
  CHECK(take<wamp::yield>().args.values() == make_arguments(3));
  call(3, {}, make_payload("x"));
  CHECK(take<error>().uri == uris::invalid_argument);
}

TEST_CASE_FIXTURE(fixture, "a callee keeps the time that the router has forwarded") {
  std::vector<responder> open;
  serve([&](const invocation&, const responder& to) { open.push_back(to); });
  core.start();
  join();
  grant(41);
  invoke(1, 41, {{"timeout", 100}, {"receive_progress", true}});
  invoke(2, 41);
  CHECK(open[0].timeout() == 100ms);
  CHECK(open[1].timeout() == 0ms);
  CHECK(call_alarm_in == 100ms);
  time += 90ms;
  open[0].progress({}); // as long again
  take<yield>();
  time += 90ms;
  core.alarm(client_alarm::calls);
  CHECK(to_router.empty());
  CHECK_FALSE(open[0].interrupted());
  CHECK(call_alarm_in == 10ms);
  time += 10ms;
  core.alarm(client_alarm::calls);
  const auto late = take<error>();
  CHECK(late.request == request_id{1});
  CHECK(late.uri == uris::timeout);
  CHECK(open[0].interrupted());
  open[0].result();
  CHECK(to_router.empty());
  CHECK_FALSE(open[1].interrupted());
}

TEST_CASE_FIXTURE(fixture, "the time of an invocation ends with its answer, or its session") {
  std::optional<responder> open;
  serve([&](const invocation&, const responder& to) { open = to; });
  core.start();
  join();
  grant(41);
  invoke(1, 41, {{"timeout", 100}});
  SUBCASE("answered") {
    open->result();
    take<yield>();
  }
  SUBCASE("lost") {
    core.connection_lost("gone");
    core.alarm(client_alarm::session);
    join();
    grant(41);
    invoke(1, 41); // the same id, another call
  }
  time += 100ms;
  core.alarm(client_alarm::calls);
  CHECK(to_router.empty());
  CHECK_FALSE(open->interrupted());
}
