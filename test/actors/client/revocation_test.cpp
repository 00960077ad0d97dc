// What the router takes away: who is told, and that nobody takes it back unasked.
// Spec: "Registration Revocation", "Subscription Revocation" (advanced profile).
#include <wamp/test/actors/client/client_fixture.hpp>
#include <wamp/test/support/scripted_router.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(client_fixture, "who loses a procedure to another is told, once") {
  seen<revocation> told;
  std::unique_ptr<client> old; // the handler may ask for it again
  auto s = settings();
  s.on_revoked = [&](const revocation& r) {
    old->procedure({"a.b", {{"force_reregister", true}}}, [] { return "again"; });
    told.add(r);
  };
  old = join(s);
  auto first = old->register_("a.b", [] { return "old"; });
  auto other = old->register_("a.other", [] { return "other"; });
  CHECK(answer_of(other.confirmed()).has_value());
  auto next = join();
  auto second = next->register_({"a.b", {{"force_reregister", true}}}, [] { return "new"; });
  CHECK(answer_of(second.confirmed()).has_value());
  const auto r = told.take();
  CHECK(r.of == revocation::what::registration);
  CHECK(r.uri == "a.b");
  CHECK(r.reason == uris::taken_over);
  CHECK(answer_of(old->declared()).has_value());
  CHECK(next->call("a.b").get<std::string>() == "again");
  CHECK(next->call("a.other").get<std::string>() == "other");
  first.end(); // it was over
  CHECK(next->call("a.b").get<std::string>() == "again");
  CHECK(told.empty());
}

TEST_CASE("what is revoked is not asked for again, and its handlers hear no more") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  io_thread sockets;
  sockets.run();
  scripted_router router;
  remote_router at;
  at.thread = &sockets;
  at.urls.push_back(*router_url::parse(router.rawsocket()));
  at.options.formats = {format::msgpack};
  seen<revocation> told;
  seen<int> heard;
  seen<client_status> changes;
  auto s = client_fixture::settings();
  s.on_status = [&](const client_status& now) { changes.add(now); };
  s.on_revoked = [&](const revocation& r) {
    told.add(r);
    throw std::runtime_error{"from on_revoked"};
  };
  client c{system, s, at};
  auto topic = c.subscribe("a.topic", [&](int n) { heard.add(n); });
  auto procedure = c.register_("a.procedure", [] {});
  CHECK(client_fixture::answer_of(topic.confirmed()).has_value());
  CHECK(client_fixture::answer_of(procedure.confirmed()).has_value());
  const auto say_now = [&](const char* text) { say(text)(*router.latest(), message{}); };
  say_now(R"([35,0,{"subscription":2000,"reason":"com.example.why"}])");
  say_now("[36,2000,1,{},[1]]");
  say_now(R"([67,0,{"registration":1000}])");
  auto r = told.take();
  CHECK(r.of == revocation::what::subscription);
  CHECK(r.uri == "a.topic");
  CHECK(r.reason == "com.example.why");
  r = told.take();
  CHECK(r.of == revocation::what::registration);
  CHECK(r.uri == "a.procedure");
  CHECK(r.reason.empty());
  topic.end(); // nothing is left to be said
  procedure.end();
  CHECK(client_fixture::answer_of(c.call("a.b")).has_value());
  router.latest()->abort();
  while (changes.take().state != client_state::disconnected) {
  }
  while (changes.take().state != client_state::joined) {
  }
  CHECK(client_fixture::answer_of(c.call("a.last")).has_value());
  CHECK(heard.empty());
  CHECK(told.empty());
  int hellos = 0;
  int wishes = 0;
  for (bool last = false; !last;) {
    const auto m = router.heard.take();
    const auto code = code_of(m);
    hellos += code == message_code::hello ? 1 : 0;
    const bool wish = code == message_code::subscribe || code == message_code::register_
                      || code == message_code::unsubscribe || code == message_code::unregister;
    wishes += wish ? 1 : 0;
    const auto asked = std::get_if<wamp::call>(&m);
    last = asked && asked->procedure == "a.last";
  }
  CHECK(hellos == 2);
  CHECK(wishes == 2);
}

TEST_CASE_FIXTURE(client_fixture, "an actor may attach again to what was revoked") {
  seen<revocation> told;
  auto s = settings();
  s.on_revoked = [&](const revocation& r) { told.add(r); };
  auto c = join(s);
  auto rival = join();
  const auto server = system.spawn([](procedure_actor::pointer) {
    return procedure_actor::behavior_type{
        [](const invocation&) { return make_arguments("actor"); }};
  });
  caf::scoped_actor self{system};
  const auto attach = [&](dict options) {
    self->request(c->actor(), 10s, attach_procedure{{"a.b", std::move(options)}, server})
        .receive([](const registered&) {}, [](const caf::error& e) { FAIL(describe(e)); });
  };
  attach({});
  auto stolen = rival->register_({"a.b", {{"force_reregister", true}}}, [] { return "rival"; });
  CHECK(answer_of(stolen.confirmed()).has_value());
  CHECK(told.take().uri == "a.b");
  attach({{"force_reregister", true}});
  CHECK(rival->call("a.b").get<std::string>() == "actor");
  self->request(c->actor(), 10s, detach_procedure{"a.b", server})
      .receive([](const unregistered&) {}, [](const caf::error& e) { FAIL(describe(e)); });
  CHECK(uri_of_error(c->call("a.b")) == uris::no_such_procedure);
  caf::anon_send_exit(server, caf::exit_reason::user_shutdown);
}
