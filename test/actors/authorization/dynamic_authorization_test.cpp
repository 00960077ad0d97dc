// Authorizers that take their time: an actor, and a procedure of the realm.
#include <wamp/actors/authorization/authorizer_actor.hpp>
#include <wamp/actors/authorization/procedure_authorizer.hpp>
#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/realm.hpp>

#include <doctest/doctest.h>

#include <deque>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

namespace {

payload text(std::string_view t) {
  return payload::native(make_arguments(t));
}

// -- an actor --

using questions = std::deque<authorization_question>;

authorizer_actor::behavior_type
asked_actor(authorizer_actor::pointer, const std::shared_ptr<questions>& asked) {
  return {[=](const authorization_question& q) { asked->push_back(q); }};
}

struct actor_fixture {
  std::shared_ptr<questions> asked = std::make_shared<questions>();
  deterministic_system system;
  authorizer_actor decides = spawn_it();
  router_actor router = spawn_router(system, settings());
  std::list<client> clients;

  actor_fixture() = default;
  actor_fixture(const actor_fixture&) = delete;
  actor_fixture& operator=(const actor_fixture&) = delete;
  ~actor_fixture() {
    asked->clear();
    clients.clear();
    caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(decides, caf::exit_reason::user_shutdown);
    router = nullptr;
    decides = nullptr;
    run();
  }

  authorizer_actor spawn_it() {
    caf::actor_system& s = system;
    return s.spawn(asked_actor, asked);
  }
  realm_settings settings() const {
    auto s = test_realm();
    s.authorize = authorize_by(decides);
    return s;
  }
  void run() { system.run(); }
  void wait(std::chrono::milliseconds time) {
    system.scheduler().advance_time(time);
    run();
  }
  client& join() {
    auto& c = clients.emplace_back(system, router);
    c.hello_to("realm1");
    run();
    c.take<welcome>();
    return c;
  }
  authorization_question next() {
    REQUIRE_FALSE(asked->empty());
    auto q = std::move(asked->front());
    asked->pop_front();
    return q;
  }
  void decide(permit p) {
    next().decide(p);
    run();
  }
};

} // namespace

TEST_CASE_FIXTURE(actor_fixture, "an actor decides about each request, and hears all of it") {
  auto& c = join();
  c.send(subscribe{request_id{1}, {{"match", "prefix"}}, "com."});
  run();
  const auto q = next();
  CHECK(q.request.what == action::subscribe);
  CHECK(q.request.uri == "com.");
  CHECK(q.request.match == match_policy::prefix);
  CHECK(q.request.options == dict{{"match", "prefix"}});
  CHECK(q.request.who->identity.authrole == "anonymous");
  q.decide(permit{true});
  run();
  c.take<subscribed>();
  c.send(register_{request_id{2}, {}, "com.add"});
  run();
  CHECK(next().request.what == action::register_);
  run();
  CHECK(c.take<error>().uri == uris::authorization_failed);
  c.send(call{request_id{3}, {}, "wamp.session.count", {}});
  run();
  const auto meta = next();
  CHECK(meta.request.what == action::call);
  CHECK(meta.request.uri == "wamp.session.count");
  meta.decide(permit{false});
  run();
  CHECK(c.take<error>().uri == uris::not_authorized);
}

TEST_CASE_FIXTURE(actor_fixture, "what comes next waits in order, and nobody else does") {
  auto& slow = join();
  auto& quick = join();
  slow.send(subscribe{request_id{1}, {}, "com.a"});
  slow.send(unsubscribe{request_id{2}, subscription_id{77}});
  slow.send(publish{request_id{3}, {{"acknowledge", true}}, "com.b", {}});
  run();
  quick.send(subscribe{request_id{1}, {}, "com.b"});
  run();
  CHECK(asked->size() == 2); // one of each session
  CHECK(slow.silent());
  auto of_slow = next();
  decide(permit{true});
  quick.take<subscribed>();
  of_slow.decide(permit{true});
  run();
  CHECK(slow.take<subscribed>().request == request_id{1});
  CHECK(slow.take<error>().request == request_id{2});
  CHECK(slow.silent());
  decide(permit{true});
  quick.take<event>();
  CHECK(slow.take<published>().request == request_id{3});
}

TEST_CASE_FIXTURE(actor_fixture, "a denied publication without acknowledge is silent") {
  auto& c = join();
  c.send(publish{request_id{1}, {}, "com.a", {}});
  c.send(publish{request_id{2}, {{"acknowledge", true}}, "com.a", {}});
  run();
  decide(permit{false});
  CHECK(c.silent());
  next().decide.deny("com.closed", "until tomorrow");
  run();
  const auto no = c.take<error>();
  CHECK(no.request == request_id{2});
  CHECK(no.uri == "com.closed");
  CHECK(no.args.values() == make_arguments("until tomorrow"));
}

TEST_CASE_FIXTURE(actor_fixture, "invalid URIs nobody is asked about") {
  auto& c = join();
  c.send(call{request_id{1}, {}, "not a uri", {}});
  c.send(publish{request_id{2}, {{"acknowledge", true}}, "wamp.mine", {}});
  run();
  CHECK(asked->empty());
  CHECK(c.received().count<error>() == 2);
}

TEST_CASE_FIXTURE(actor_fixture, "what has been decided for a while costs no question") {
  auto& callee = join();
  auto& caller = join();
  callee.send(register_{request_id{1}, {}, "com.add"});
  run();
  decide(permit{true, false, permit::for_good});
  callee.take<registered>();
  for (std::uint64_t n = 1; n <= 5; ++n)
    caller.send(call{request_id{n}, {}, "com.add", {}});
  run();
  decide(permit{true, true, 60s});
  CHECK(asked->empty());
  REQUIRE(callee.received().count<invocation>() == 5);
  CHECK(callee.take<invocation>().details.contains("caller")); // it was to be disclosed
  wait(61s);
  caller.send(call{request_id{6}, {}, "com.add", {}});
  run();
  CHECK(asked->size() == 1);
}

TEST_CASE_FIXTURE(actor_fixture, "an actor that never decides has failed, for each request anew") {
  auto& c = join();
  c.send(subscribe{request_id{1}, {}, "com.a"});
  c.send(subscribe{request_id{2}, {}, "com.b"});
  run();
  CHECK(c.silent());
  wait(10s);
  CHECK(c.take<error>().uri == uris::authorization_failed);
  CHECK(c.silent());
  wait(10s);
  const auto second = c.take<error>();
  CHECK(second.request == request_id{2});
  CHECK(second.uri == uris::authorization_failed);
  decide(permit{true}); // too late
  CHECK(c.silent());
}

TEST_CASE_FIXTURE(actor_fixture, "what waits when another comes is that one's to decide") {
  auto& c = join();
  c.send(subscribe{request_id{1}, {}, "com.a"});
  run();
  auto late = next();
  caf::anon_send(router, set_authorizer{authorize_by_roles({})});
  run();
  CHECK(c.silent());
  late.decide(permit{true});
  run();
  CHECK(c.take<error>().uri == uris::not_authorized);
}

TEST_CASE_FIXTURE(actor_fixture, "an actor that has ended has failed") {
  auto& c = join();
  caf::anon_send_exit(decides, caf::exit_reason::kill);
  c.send(subscribe{request_id{1}, {}, "com.a"});
  run();
  CHECK(c.take<error>().uri == uris::authorization_failed);
}

TEST_CASE_FIXTURE(actor_fixture, "what others answer, once it is allowed, costs its credit once") {
  auto& c = join();
  for (std::uint64_t n = 1; n <= credit_window.messages; ++n) {
    c.send(call{request_id{n}, {}, "wamp.session.count", {}}); // by the router
    run();
    decide(permit{true});
    REQUIRE_NOTHROW(c.take<result>());
  }
  c.send(call{request_id{credit_window.messages + 1}, {}, "wamp.subscription.list", {}}); // broker
  run();
  decide(permit{true});
  c.take<result>();
}

TEST_CASE_FIXTURE(actor_fixture, "who leaves while it is decided leaves behind that") {
  auto& leaver = join();
  auto& other = join();
  other.send(subscribe{request_id{1}, {}, "com.a"});
  run();
  decide(permit{true});
  other.take<subscribed>();
  leaver.send(publish{request_id{1}, {}, "com.a", text("late")});
  leaver.send(goodbye{{}, "wamp.close.normal"});
  run();
  CHECK(leaver.silent());
  decide(permit{true});
  CHECK(other.take<event>().args.values() == make_arguments("late"));
  leaver.take<goodbye>();
}

TEST_CASE_FIXTURE(actor_fixture, "a testament is asked about when it is published") {
  auto& leaver = join();
  auto& other = join();
  other.send(subscribe{request_id{1}, {}, "com.a"});
  run();
  decide(permit{true});
  other.take<subscribed>();
  leaver.send(call{
      request_id{1},
      {},
      "wamp.session.add_testament",
      payload::native(make_arguments("com.a", list{"bye"}, dict{}))});
  run();
  decide(permit{true}); // the call
  leaver.take<result>();
  leaver.send(goodbye{{}, "wamp.close.normal"});
  run();
  const auto q = next();
  CHECK(q.request.what == action::publish);
  q.decide(permit{true});
  run();
  CHECK(other.take<event>().args.values() == make_arguments("bye"));
}

// -- a procedure --

namespace {

struct procedure_fixture {
  std::shared_ptr<procedure_caller> calls = std::make_shared<procedure_caller>();
  deterministic_realm realm{settings()};
  client& judge = realm.join();
  client& joe = realm.join();
  std::uint64_t requests = 0;

  procedure_fixture() {
    judge.send(register_{request_id{1}, {}, "com.may"});
    realm.run();
    judge.take<registered>();
  }

  realm_settings settings() const {
    permission may_serve{"com.may"};
    may_serve.register_ = true;
    auto s = test_realm();
    s.caller = calls;
    s.authorize = authorize_by_roles(
        {{"anonymous", {may_serve}}}, authorize_by_procedure(calls, "com.may", 5s));
    return s;
  }
  void publish_a() {
    joe.send(publish{request_id{++requests}, {{"acknowledge", true}}, "com.a", text("x")});
    realm.run();
  }
  template <class Answer>
  void judge_says(Answer&& answer) {
    judge.send(
        yield{judge.take<invocation>().request, {}, payload::native(make_arguments(answer))});
    realm.run();
  }
};

} // namespace

TEST_CASE_FIXTURE(procedure_fixture, "a procedure is told who asks for what, and decides") {
  publish_a();
  CHECK(joe.silent());
  const auto asked = judge.take<invocation>();
  const auto& args = asked.args.values().args;
  REQUIRE(args.size() == 4);
  const auto who = args[0].get_if<dict>();
  REQUIRE(who);
  CHECK(*find<std::string>(*who, "authrole") == "anonymous");
  CHECK(who->contains("session"));
  CHECK(who->contains("authid"));
  CHECK(args[1] == value{"com.a"});
  CHECK(args[2] == value{"publish"});
  CHECK(args[3] == value{dict{{"acknowledge", true}}});
  judge.send(yield{asked.request, {}, payload::native(make_arguments(true))});
  realm.run();
  joe.take<published>();
  publish_a();
  judge_says(false);
  CHECK(joe.take<error>().uri == uris::not_authorized);
}

TEST_CASE_FIXTURE(procedure_fixture, "its long answer says for how long, and who is disclosed") {
  publish_a();
  judge_says(dict{{"allow", true}, {"cache", true}});
  joe.take<published>();
  publish_a();
  CHECK(judge.silent());
  joe.take<published>();
  joe.send(subscribe{request_id{++requests}, {}, "com.b"});
  realm.run();
  judge_says(dict{{"allow", true}, {"cache", true}});
  joe.take<subscribed>();
  judge.send(publish{request_id{2}, {}, "com.b", {}}); // its own requests are its to decide, too
  realm.run();
  judge_says(dict{{"allow", true}, {"disclose", true}});
  CHECK(joe.take<event>().details.contains("publisher"));
}

TEST_CASE_FIXTURE(procedure_fixture, "whatever else it does: it has failed") {
  publish_a();
  judge_says("maybe");
  CHECK(joe.take<error>().uri == uris::authorization_failed);
  publish_a();
  judge.send(error{
      message_code::invocation,
      request_id{judge.take<invocation>().request.value()},
      {},
      "com.oops",
      {}});
  realm.run();
  CHECK(joe.take<error>().uri == uris::authorization_failed);
  publish_a();
  realm.system().scheduler().advance_time(6s);
  realm.run();
  CHECK(joe.take<error>().uri == uris::authorization_failed);
  judge.leave_abruptly();
  realm.run();
  publish_a();
  CHECK(joe.take<error>().uri == uris::authorization_failed);
  joe.send(register_{request_id{++requests}, {}, "com.may"}); // that is not its to decide
  realm.run();
  joe.take<registered>();
}

TEST_CASE("what the answers of a procedure mean") {
  const auto of = [](value v) { return permit_of(arguments{{std::move(v)}, {}}); };
  CHECK(of(true)->allow);
  CHECK(of(true)->valid_for == 0ms);
  CHECK_FALSE(of(false)->allow);
  CHECK(of(dict{{"allow", true}})->allow);
  CHECK_FALSE(of(dict{{"allow", true}})->disclose);
  CHECK(of(dict{{"allow", true}, {"disclose", true}})->disclose);
  CHECK(of(dict{{"allow", false}, {"cache", true}})->valid_for == permit::for_good);
  CHECK(of(dict{{"allow", true}, {"cache", 1500}})->valid_for == 1500ms);
  CHECK(of(dict{{"allow", true}, {"cache", false}})->valid_for == 0ms);
  CHECK(of(dict{{"allow", true}, {"reason", "why not"}})->allow);
  for (const auto& nonsense :
       {value{}, value{1}, value{"true"}, value{list{true}}, value{dict{}},
        value{dict{{"allow", 1}}}, value{dict{{"allow", true}, {"cache", "yes"}}},
        value{dict{{"allow", true}, {"cache", -1}}},
        value{dict{{"allow", true}, {"disclose", 1}}}}) {
    const auto d = of(nonsense);
    REQUIRE_FALSE(d);
    CHECK(d.error().uri == uris::authorization_failed);
  }
  CHECK_FALSE(permit_of(arguments{}));
  CHECK_FALSE(permit_of(arguments{{true, true}, {}}));
  const auto error = permit_of(tl::unexpected(call_failure{"com.oops"}));
  CHECK(error.error().uri == uris::authorization_failed);
  CHECK(error.error().text == "the authorizer has failed: com.oops");
}
