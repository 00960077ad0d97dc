// What a program sees of its realm, and does there: the same that the meta API shows.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/meta/registration_meta.hpp>
#include <wamp/actors/router/realm_control.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/actors/testing/test_realm.hpp>
#include <wamp/serialization/rfc3339.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace wamp;
using wamp::test::seen;
using namespace std::chrono_literals;

namespace {

struct fixture {
  wamp::test_realm realm;
  realm_control control{realm.system(), realm.router()};
  wamp::client one{realm.system(), realm.settings(), realm.router()};
  wamp::client two{realm.system(), realm.settings(), realm.router()};
  session_id id_of_one = one.joined().get();
  session_id id_of_two = two.joined().get();

  dict meta(const std::string& procedure, std::uint64_t id) {
    return one.call(procedure, id).get<dict>();
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "who is in") {
  const auto all = control.sessions();
  REQUIRE(all.size() == 2);
  CHECK(std::any_of(all.begin(), all.end(), [&](auto& s) { return s->id == id_of_one; }));
  CHECK(all.front()->identity.authrole == "anonymous");
  CHECK(control.summary().sessions == 2);
  CHECK(control.summary().name == "realm1");
}

TEST_CASE_FIXTURE(fixture, "subscriptions, all and by topic, are what the meta API shows") {
  auto exact = one.subscribe("com.news", [](int) {});
  auto prefix = two.subscribe({"com", {{"match", "prefix"}}}, [](int) {});
  auto other = two.subscribe("org.news", [](int) {});
  exact.confirmed().get();
  prefix.confirmed().get();
  other.confirmed().get();
  CHECK(control.subscriptions().size() == 3);
  CHECK(control.subscriptions("net.news").empty());
  const auto heard = control.subscriptions("com.news");
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].topic == "com.news");
  CHECK(heard[0].subscribers == std::vector{id_of_one});
  CHECK(heard[1].topic == "com");
  CHECK(heard[1].match == match_policy::prefix);
  const auto shown = meta("wamp.subscription.get", heard[1].id.value());
  CHECK(*find<std::string>(shown, "uri") == heard[1].topic);
  CHECK(
      *find<std::string>(shown, "created")
      == to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(heard[1].created)));
}

TEST_CASE_FIXTURE(fixture, "procedures, all and by URI, are what the meta API shows") {
  auto add = one.register_({"com.add", {{"invoke", "roundrobin"}}}, [](int a) { return a; });
  auto sub = two.register_("com.sub", [](int a) { return a; });
  add.confirmed().get();
  sub.confirmed().get();
  CHECK(control.procedures().size() == 2);
  CHECK(control.procedures("com.mul").empty());
  const auto found = control.procedures("com.add");
  REQUIRE(found.size() == 1);
  CHECK(found[0].invoke == invoke_policy::roundrobin);
  CHECK(found[0].callees == std::vector{id_of_one});
  const auto shown = meta("wamp.registration.get", found[0].id.value());
  CHECK(*find<std::string>(shown, "uri") == "com.add");
  CHECK(*find<std::string>(shown, "invoke") == "roundrobin");
}

TEST_CASE_FIXTURE(fixture, "the calls in flight") {
  seen<responder> asked;
  auto slow =
      one.register_("com.slow", [&](const invocation&, const responder& to) { asked.add(to); });
  slow.confirmed().get();
  CHECK(control.invocations().empty());
  auto call = two.call("com.slow");
  const auto to = asked.take();
  const auto all = control.invocations();
  REQUIRE(all.size() == 1);
  CHECK(all[0].caller == id_of_two);
  CHECK(all[0].callee == id_of_one);
  to.result(make_payload(7));
  CHECK(call.get<int>() == 7);
  CHECK(control.invocations().empty());
}

TEST_CASE_FIXTURE(fixture, "what is revoked is gone") {
  auto news = one.subscribe("com.news", [](int) {});
  news.confirmed().get();
  const auto subscription = control.subscriptions("com.news").front().id;
  CHECK(control.revoke_subscription(subscription, "com.maintenance"));
  CHECK(control.subscriptions().empty());
  CHECK_FALSE(control.revoke_subscription(subscription, "com.maintenance"));
  auto add = one.register_("com.add", [](int a) { return a; });
  add.confirmed().get();
  const auto procedure = control.procedures("com.add").front().id;
  CHECK(control.revoke_registration(procedure, "com.maintenance"));
  const auto answer = two.call("com.add", 1).await();
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().uri == uris::no_such_procedure);
  CHECK_FALSE(control.revoke_registration(procedure, "com.maintenance"));
}

TEST_CASE_FIXTURE(fixture, "a procedure is called in nobody's name") {
  auto add = one.register_("com.add", [](int a) { return a + 1; });
  add.confirmed().get();
  CHECK(control.call("com.add", make_arguments(1), 10s) == make_arguments(2));
  const auto wrong = control.call("com.add", make_arguments("one"), 10s);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().uri == uris::invalid_argument);
  CHECK(control.call("wamp.session.count", {}, 10s) == make_arguments(2));
}

TEST_CASE_FIXTURE(fixture, "who decides from here on") {
  CHECK(two.call("wamp.session.count").get<int>() == 2);
  control.set_authorizer(authorize_by([&](const session_info& who, action what, auto) {
    return who.id == id_of_one && what == action::call;
  }));
  CHECK(one.call("wamp.session.count").get<int>() == 2);
  const auto refused = two.call("wamp.session.count").await();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().uri == uris::not_authorized);
  control.set_authorizer(nullptr);
  CHECK(two.call("wamp.session.count").get<int>() == 2);
}

TEST_CASE("a session that is killed hears why") {
  seen<std::string> reasons;
  wamp::test_realm realm;
  realm_control control{realm.system(), realm.router()};
  auto settings = realm.settings();
  settings.reconnect.enabled = false;
  settings.on_status = [&](const client_status& s) {
    if (s.state == client_state::stopped)
      reasons.add(s.reason);
  };
  wamp::client c{realm.system(), settings, realm.router()};
  const auto id = c.joined().get();
  CHECK(control.kill_session(id, "com.myapp.closing_time", "see you"));
  CHECK_FALSE(control.kill_session(id)); // whether it has gone by now or not
  CHECK(control.sessions().empty());
  CHECK(reasons.take().find("com.myapp.closing_time") != std::string::npos);
  CHECK_FALSE(control.kill_session(session_id{1}));
}

TEST_CASE("where the router has ended there is nothing") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = spawn_router(system, {.name = "realm1"});
  realm_control control{system, router};
  caf::scoped_actor self{system};
  self->send_exit(router, caf::exit_reason::kill);
  self->wait_for(router);
  CHECK(control.sessions().empty());
  CHECK(control.summary().name.empty());
  CHECK(control.call("com.add", {}, 10s).error().uri == uris::canceled);
  control.set_authorizer(nullptr); // which nobody hears
  CHECK_FALSE(control.kill_session(session_id{1}));
}
