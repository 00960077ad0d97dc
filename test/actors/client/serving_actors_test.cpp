// Actors that talk to a client by messages, quick ones and slow ones.
#include <wamp/test/actors/client/client_fixture.hpp>

#include <chrono>
#include <future>
#include <string>
#include <utility>
#include <vector>

using namespace wamp;
using namespace wamp::test;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(client_fixture, "an actor calls and publishes by requests") {
  auto c = join();
  c->procedure("a.add", [](int a, int b) { return a + b; });
  auto last = c->register_("a.last", [] {});
  answer_of(last.confirmed());
  caf::scoped_actor self{system};
  wamp::call m;
  m.procedure = "a.add";
  m.args = make_payload(1, 2);
  self->request(c->actor(), 10s, m)
      .receive(
          [](const result& r) { CHECK(r.args.values().args == list{3}); },
          [](const caf::error&) { FAIL("no result"); });
  m.procedure = "a.nothing";
  self->request(c->actor(), 10s, m)
      .receive(
          [](const result&) { FAIL("no such procedure"); },
          [](const caf::error& e) {
            REQUIRE(wamp_error_of(e));
            CHECK(wamp_error_of(e)->uri == uris::no_such_procedure);
          });
  wamp::publish p;
  p.topic = "a.topic";
  p.options = {{"acknowledge", true}};
  self->request(c->actor(), 10s, p)
      .receive(
          [](const published& a) { CHECK(a.publication != publication_id{}); },
          [](const caf::error&) { FAIL("not published"); });
}

TEST_CASE_FIXTURE(client_fixture, "an actor waits for a session by request") {
  auto c = join();
  caf::scoped_actor self{system};
  session_id id;
  self->request(c->actor(), 10s, joined_atom::value)
      .receive([&](session_id s) { id = s; }, [](const caf::error&) {});
  CHECK(id.value() != 0);
  auto s = settings();
  s.realm = "nowhere";
  s.reconnect.max_attempts = 3;
  auto lost = spawn_client(system, s, entrance_actor{router});
  std::string why;
  self->request(lost, 10s, joined_atom::value)
      .receive([](session_id) {}, [&](const caf::error& e) { why = describe(e); });
  CHECK(why.find(uris::no_such_realm) == 0);
}

TEST_CASE_FIXTURE(client_fixture, "an actor that is slow loses events, and gets them again later") {
  constexpr int published = 40;
  seen<int> heard;
  std::promise<void> go_on;
  auto slow = system.spawn([&](subscriber_actor::pointer) {
    return subscriber_actor::behavior_type{[&, first = true](const event& e) mutable {
      if (std::exchange(first, false))
        go_on.get_future().wait();
      heard.add(std::get<0>(*arguments_as<int, std::string>(e.args.values())));
    }};
  });
  auto c = join();
  caf::scoped_actor self{system};
  self->request(c->actor(), 10s, attach_subscriber{"a.topic", slow})
      .receive([](const subscribed&) {}, [](const caf::error& e) { FAIL(describe(e)); });
  const auto publish = [&](int n, std::size_t size) {
    answer_of(c->ack_publish({"a.topic", {{"exclude_me", false}}}, n, std::string(size, 'x')));
  };
  for (int i = 0; i < published; ++i)
    publish(i, std::size_t{1} << 20U);
  publish(published, 1); // behind it, the client has passed on all that came before
  go_on.set_value();
  int count = 0;
  for (int last = -1, next = published + 1; last < published; ++count) {
    if (heard.empty())
      publish(next++, 1);
    last = heard.take();
  }
  CHECK(count < 30);
  caf::anon_send_exit(slow, caf::exit_reason::user_shutdown);
  self->wait_for(slow); // it uses what is here
}

TEST_CASE_FIXTURE(client_fixture, "an actor that is slow to serve is not asked for ever more") {
  std::promise<void> go_on;
  seen<int> served;
  auto slow = system.spawn([&](procedure_actor::pointer) {
    return procedure_actor::behavior_type{[&, first = true](const invocation&) mutable {
      if (std::exchange(first, false))
        go_on.get_future().wait();
      served.add(1);
      return arguments{};
    }};
  });
  auto c = join();
  caf::scoped_actor self{system};
  self->request(c->actor(), 10s, attach_procedure{"a.slow", slow})
      .receive([](const registered&) {}, [](const caf::error& e) { FAIL(describe(e)); });
  std::vector<pending<result>> calls;
  for (int i = 0; i < 20; ++i)
    calls.push_back(c->call("a.slow", std::string(std::size_t{1} << 20U, 'x')));
  for (int i = 16; i < 20; ++i)
    CHECK(uri_of_error(calls[static_cast<std::size_t>(i)]) == uris::no_available_callee);
  go_on.set_value();
  for (int i = 0; i < 16; ++i)
    CHECK(answer_of(calls[static_cast<std::size_t>(i)]).has_value());
  CHECK(c->call("a.slow").await().has_value());
  caf::anon_send_exit(slow, caf::exit_reason::user_shutdown);
  self->wait_for(slow); // it uses what is here
}
