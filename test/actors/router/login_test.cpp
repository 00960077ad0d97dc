// Logging in to a realm of actors: CHALLENGE, AUTHENTICATE and what comes of them, while others
// come in, leave, or end the realm. No sockets.
#include <wamp/actors/authentication/anonymous_authenticator.hpp>
#include <wamp/actors/authentication/authenticator_actor.hpp>
#include <wamp/actors/router/realm_control.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/authenticators.hpp>
#include <wamp/test/support/realm.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

realm_settings realm_with(std::vector<auth_method> methods) {
  auto settings = test_realm();
  settings.authentication = std::move(methods);
  return settings;
}

void say_hello(client& c, list methods = {"ticket"}, std::string authid = "joe") {
  c.send(hello{
      "realm1",
      {{"roles", dict{{"caller", dict{}}, {"subscriber", dict{}}}},
       {"authmethods", std::move(methods)},
       {"authid", std::move(authid)}}});
}

/// A realm whose one method is the test.
struct fixture {
  std::shared_ptr<asking_authenticator> by = std::make_shared<asking_authenticator>();
  deterministic_realm realm{realm_with(by_ticket(by))};

  client& knock() {
    auto& c = realm.stranger();
    say_hello(c);
    realm.run();
    return c;
  }
  void decide(const decider<auth_step>& decide, auth_step step) {
    decide(std::move(step));
    realm.run();
  }
};

} // namespace

TEST_CASE("a ticket lets its owner in, and nobody else") {
  deterministic_realm realm{realm_with(by_ticket())};
  auto& joe = realm.stranger();
  say_hello(joe);
  realm.run();
  const auto asked = joe.take<challenge>();
  CHECK(asked.method == "ticket");
  CHECK(joe.silent());
  joe.send(authenticate{"secret", {}});
  realm.run();
  const auto w = joe.take<welcome>();
  CHECK(*find<std::string>(w.details, "authid") == "joe");
  CHECK(*find<std::string>(w.details, "authrole") == "user");
  CHECK(*find<std::string>(w.details, "authmethod") == "ticket");
  CHECK(*find<std::string>(w.details, "authprovider") == "test");

  auto& eve = realm.stranger();
  say_hello(eve);
  realm.run();
  eve.take<challenge>();
  eve.send(authenticate{"guess", {}});
  realm.run();
  const auto refused = eve.take<wamp::abort>();
  CHECK(refused.reason == uris::authentication_denied);
  CHECK(refused.details.empty()); // nothing is said of why
}

TEST_CASE("who cannot do what the realm asks for does not come in") {
  deterministic_realm realm{realm_with(by_ticket())};
  auto& c = realm.stranger();
  SUBCASE("offering nothing") {
    c.hello_to("realm1");
  }
  SUBCASE("offering another method") {
    say_hello(c, {"anonymous", "wampcra"});
  }
  realm.run();
  CHECK(c.take<wamp::abort>().reason == uris::no_matching_auth_method);
}

TEST_CASE("a realm without methods takes everybody, a realm with roles for them as it says") {
  deterministic_realm open;
  auto& c = open.stranger();
  say_hello(c, {"ticket", "anonymous"});
  open.run();
  const auto w = c.take<welcome>();
  CHECK(*find<std::string>(w.details, "authmethod") == "anonymous");
  CHECK(*find<std::string>(w.details, "authrole") == "anonymous");
  CHECK(find<std::string>(w.details, "authid")->size() == 14);

  deterministic_realm named{
      realm_with({{"anonymous", std::make_shared<anonymous_authenticator>("guest")}})};
  auto& guest = named.stranger();
  guest.hello_to("realm1");
  named.run();
  const auto as_guest = guest.take<welcome>();
  CHECK(*find<std::string>(as_guest.details, "authrole") == "guest");
  CHECK(*find<std::string>(as_guest.details, "authid") != *find<std::string>(w.details, "authid"));
}

TEST_CASE_FIXTURE(fixture, "the session's id is known to the method, and given to nobody else") {
  auto& slow = knock();
  const auto first = by->next();
  auto& other = knock();
  const auto second = by->next();
  CHECK(first.who->session != second.who->session);
  decide(second.decide, admission_of("other"));
  decide(first.decide, admission_of("slow"));
  CHECK(other.take<welcome>().session == second.who->session);
  CHECK(slow.take<welcome>().session == first.who->session);
}

TEST_CASE("an id that somebody logs in with is drawn again") {
  auto by = std::make_shared<asking_authenticator>();
  auto settings = realm_with(by_ticket(by));
  settings.random = [] {
    return [n = 0]() mutable { return static_cast<std::uint64_t>(n++ < 2 ? 7 : 9); };
  };
  deterministic_realm realm{settings};
  say_hello(realm.stranger());
  say_hello(realm.stranger());
  realm.run();
  CHECK(by->next().who->session == session_id{8});
  CHECK(by->next().who->session == session_id{10});
}

TEST_CASE_FIXTURE(fixture, "the method learns from where the peer comes") {
  knock();
  const auto who = by->next().who;
  REQUIRE(who->peer);
  CHECK(who->peer->transport == "local");
  CHECK(who->peer->address.empty());
  CHECK_FALSE(who->peer->channel);
}

TEST_CASE_FIXTURE(fixture, "who is not in yet is not seen") {
  auto& c = knock();
  auto settled = [&] {
    std::size_t count = 99;
    caf::scoped_actor self{realm.system()};
    auto request = self->request(realm.router(), caf::infinite, list_sessions{});
    realm.run();
    request.receive(
        [&](const std::vector<session_ref>& all) { count = all.size(); }, [](const caf::error&) {});
    return count;
  };
  CHECK(settled() == 0);
  decide(by->next().decide, admission_of("joe", "boss"));
  c.take<welcome>();
  CHECK(settled() == 1);
}

TEST_CASE("on_join tells by which method, and as whom, a session came in") {
  deterministic_realm realm{realm_with(
      {{"anonymous", std::make_shared<anonymous_authenticator>()},
       {"ticket", std::make_shared<ticket_authenticator>()}})};
  auto& watcher = realm.join();
  watcher.send(subscribe{request_id{1}, {}, "wamp.session.on_join"});
  realm.run();
  watcher.take<subscribed>();
  auto& joe = realm.stranger();
  say_hello(joe);
  realm.run();
  CHECK(watcher.silent());
  joe.take<challenge>();
  joe.send(authenticate{"secret", {}});
  realm.run();
  const auto told = watcher.take<event>().args.values().args;
  REQUIRE(told.size() == 1);
  CHECK(
      *told[0].get_if<dict>()
      == dict{
          {"session", joe.take<welcome>().session.value()},
          {"authid", "joe"},
          {"authrole", "user"},
          {"authmethod", "ticket"},
          {"authprovider", "test"}});
}

TEST_CASE_FIXTURE(fixture, "nobody waits for another's authenticator") {
  auto& slow = knock();
  auto& quick = knock();
  const auto first = by->next();
  decide(by->next().decide, admission_of("quick"));
  quick.take<welcome>();
  quick.send(subscribe{request_id{1}, {}, "com.topic"});
  realm.run();
  quick.take<subscribed>();
  CHECK(slow.silent());
  decide(first.decide, admission_of("slow"));
  slow.take<welcome>();
}

TEST_CASE_FIXTURE(fixture, "a peer that dies while it is decided about leaves nothing behind") {
  auto& c = knock();
  auto q = by->next();
  SUBCASE("before the first step") {}
  SUBCASE("with its answer on the way") {
    decide(q.decide, auth_challenge{{"ticket", {}}});
    c.take<challenge>();
    c.send(authenticate{"secret", {}});
    realm.run();
    q = by->next();
  }
  c.leave_abruptly();
  realm.run();
  decide(q.decide, admission_of("joe"));
  CHECK(c.silent());
  auto& next = knock(); // the realm goes on
  decide(by->next().decide, admission_of("joe"));
  next.take<welcome>();
}

TEST_CASE_FIXTURE(fixture, "ABORT takes a login back") {
  auto& c = knock();
  decide(by->next().decide, auth_challenge{{"ticket", {}}});
  c.take<challenge>();
  c.send(wamp::abort{{}, "wamp.error.no", {}});
  c.send(authenticate{"secret", {}});
  realm.run();
  CHECK(c.silent());
  CHECK(by->asked.empty());
}

TEST_CASE_FIXTURE(fixture, "a realm that shuts down sends home who logs in") {
  auto& undecided = knock();
  const auto q = by->next();
  auto& asked = knock();
  decide(by->next().decide, auth_challenge{{"ticket", {}}});
  asked.take<challenge>();
  caf::anon_send(realm.router(), shut_down{std::string{uris::system_shutdown}});
  realm.run();
  CHECK(undecided.take<wamp::abort>().reason == uris::system_shutdown);
  CHECK(asked.take<wamp::abort>().reason == uris::system_shutdown);
  decide(q.decide, admission_of("late"));
  CHECK(undecided.silent());
}

TEST_CASE_FIXTURE(fixture, "a router that ends sends home who logs in") {
  auto& undecided = knock();
  const auto q = by->next();
  auto& asked = knock();
  decide(by->next().decide, auth_challenge{{"ticket", {}}});
  asked.take<challenge>();
  caf::anon_send_exit(realm.router(), caf::exit_reason::kill);
  realm.run();
  CHECK(undecided.take<wamp::abort>().reason == uris::close_realm);
  CHECK(asked.take<wamp::abort>().reason == uris::close_realm);
  decide(q.decide, admission_of("late"));
  CHECK(undecided.silent());
}

TEST_CASE_FIXTURE(fixture, "who takes too long to answer is refused, by the router's clock") {
  auto& c = knock();
  decide(by->next().decide, auth_challenge{{"ticket", {}}});
  c.take<challenge>();
  realm.system().scheduler().advance_time(std::chrono::minutes{2});
  realm.run();
  CHECK(c.take<wamp::abort>().reason == uris::authentication_failed);
  c.send(authenticate{"secret", {}});
  realm.run();
  CHECK(by->asked.empty());
}

TEST_CASE("a router ends with the last who holds it, whatever its clock is set to") {
  deterministic_system system;
  auto router = spawn_router(system, realm_with(by_ticket()));
  const auto address = caf::actor_cast<caf::actor_addr>(router);
  {
    client joe{system, router};
    say_hello(joe);
    system.run();
    joe.take<challenge>();
  }
  router = nullptr;
  system.run();
  CHECK_FALSE(caf::actor_cast<router_actor>(address));
}

TEST_CASE("a login and the peer's end, in every order: either it was in, or nobody noticed") {
  auto joined = std::size_t{0};
  const auto rounds = in_every_order([&](order& o) {
    deterministic_realm realm{realm_with(
        {{"anonymous", std::make_shared<anonymous_authenticator>()},
         {"ticket", std::make_shared<ticket_authenticator>()}})};
    auto& watcher = realm.join();
    watcher.send(subscribe{request_id{1}, {}, "wamp.session.on_join"});
    watcher.send(subscribe{request_id{2}, {}, "wamp.session.on_leave"});
    realm.run();
    watcher.take<subscribed>();
    watcher.take<subscribed>();
    auto& joe = realm.stranger();
    say_hello(joe);
    realm.run();
    joe.take<challenge>();
    joe.send_sometime(authenticate{"secret", {}});
    joe.leave_abruptly();
    o.run(realm.system());
    const auto told = watcher.received().size();
    CHECK((told == 0 || told == 2)); // it came and went, or neither
    joined += told / 2;
  });
  CHECK(joined > 0);
  CHECK(joined < rounds);
}

// -- authenticators that are actors --

namespace {

struct questions {
  std::deque<challenge_question> challenging;
  std::deque<check_question> checking;
};

authenticator_actor::behavior_type
deciding_actor(authenticator_actor::pointer, const std::shared_ptr<questions>& asked) {
  return {
      [=](const challenge_question& q) { asked->challenging.push_back(q); },
      [=](const check_question& q) { asked->checking.push_back(q); },
  };
}

struct actor_fixture {
  std::shared_ptr<questions> asked = std::make_shared<questions>();
  deterministic_system system;
  authenticator_actor decides = system_().spawn(deciding_actor, asked);
  router_actor router = spawn_router(system, realm_with(by_ticket(authenticator_by(decides))));
  std::list<client> clients;

  actor_fixture() = default;
  actor_fixture(const actor_fixture&) = delete;
  actor_fixture& operator=(const actor_fixture&) = delete;
  ~actor_fixture() {
    *asked = {};
    clients.clear();
    caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(decides, caf::exit_reason::user_shutdown);
    router = nullptr;
    decides = nullptr;
    system.run();
  }

  caf::actor_system& system_() { return system; }
  client& knock() {
    auto& c = clients.emplace_back(system, router);
    say_hello(c);
    system.run();
    return c;
  }
};

} // namespace

TEST_CASE_FIXTURE(actor_fixture, "an actor decides about a login, in its own time") {
  auto& c = knock();
  REQUIRE(asked->challenging.size() == 1);
  CHECK(asked->challenging.front().who->authid() == "joe");
  asked->challenging.front().decide(auth_step{auth_challenge{{"ticket", {}}}});
  system.run();
  c.take<challenge>();
  c.send(authenticate{"secret", {}});
  system.run();
  REQUIRE(asked->checking.size() == 1);
  const auto& q = asked->checking.front();
  CHECK(q.asked.ask.method == "ticket");
  CHECK(q.response.signature == "secret");
  q.decide(auth_step{admission_of("joe")});
  system.run();
  c.take<welcome>();
}

TEST_CASE_FIXTURE(actor_fixture, "where the deciding actor has ended, nobody comes in") {
  auto& waiting = knock();
  asked->challenging.clear();
  system.run();
  CHECK(waiting.take<wamp::abort>().reason == uris::authentication_failed);
  auto& undecided = clients.emplace_back(system, router);
  caf::anon_send_exit(decides, caf::exit_reason::kill);
  system.run();
  say_hello(undecided);
  system.run();
  CHECK(undecided.take<wamp::abort>().reason == uris::authentication_failed);
}
