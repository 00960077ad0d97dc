// Policies that are actors: they take their time, and hold up nobody but who has asked.
#include <wamp/actors/policy/broker_policy_actor.hpp>
#include <wamp/actors/policy/dealer_policy_actor.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/realm.hpp>

#include <doctest/doctest.h>

#include <deque>

using namespace wamp;
using namespace wamp::test;

namespace {

struct questions {
  std::deque<subscribe_question> subscribing;
  std::deque<publish_question> publishing;
  std::deque<register_question> registering;
  std::deque<select_question> selecting;
  std::vector<std::string> gone;
};

broker_policy_actor::behavior_type
broker_decider(broker_policy_actor::pointer, const std::shared_ptr<questions>& asked) {
  return {
      [=](const subscribe_question& q) { asked->subscribing.push_back(q); },
      [=](const publish_question& q) { asked->publishing.push_back(q); },
      [=](const subscribed_session& s) { asked->gone.push_back(s.topic); },
  };
}

dealer_policy_actor::behavior_type
dealer_decider(dealer_policy_actor::pointer, const std::shared_ptr<questions>& asked) {
  return {
      [=](const register_question& q) { asked->registering.push_back(q); },
      [=](const select_question& q) { asked->selecting.push_back(q); },
      [=](const registered_procedure& p) { asked->gone.push_back(p.uri); },
  };
}

/// A realm whose policies are actors of its system.
struct fixture {
  std::shared_ptr<questions> asked = std::make_shared<questions>();
  deterministic_system system;
  broker_policy_actor broker_decides = system_().spawn(broker_decider, asked);
  dealer_policy_actor dealer_decides = system_().spawn(dealer_decider, asked);
  router_actor router = spawn_router(system, settings());
  std::list<client> clients;

  fixture() = default;
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;
  ~fixture() {
    *asked = {};
    clients.clear();
    caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(broker_decides, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(dealer_decides, caf::exit_reason::user_shutdown);
    router = nullptr;
    broker_decides = nullptr;
    dealer_decides = nullptr;
    run();
  }

  caf::actor_system& system_() { return system; }
  realm_settings settings() const {
    auto s = test_realm();
    s.broker = policy_by(broker_decides);
    s.dealer = policy_by(dealer_decides);
    return s;
  }
  void run() { system.run(); }
  client& join() {
    auto& c = clients.emplace_back(system, router);
    c.hello_to("realm1");
    run();
    c.take<welcome>();
    return c;
  }
  template <class Question>
  Question next(std::deque<Question>& of) {
    REQUIRE_FALSE(of.empty());
    auto q = std::move(of.front());
    of.pop_front();
    return q;
  }
  void allow_subscription() {
    next(asked->subscribing).decide(dict{});
    run();
  }
  /// com.add, by this client's first request.
  void serve(client& callee) {
    callee.send(register_{request_id{1}, {}, "com.add"});
    run();
    next(asked->registering).decide(dict{});
    run();
    callee.take<registered>();
  }
  void let_publish() {
    auto q = next(asked->publishing);
    q.decide(std::move(q.receivers));
    run();
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "one session's order is kept, and no other waits") {
  auto& slow = join();
  auto& quick = join();
  slow.send(subscribe{request_id{1}, {}, "com.a"});
  slow.send(subscribe{request_id{2}, {}, "not a topic"});
  slow.send(publish{request_id{3}, {{"acknowledge", true}}, "com.b", {}});
  slow.send(subscribe{request_id{4}, {}, "com.c"});
  run();
  quick.send(subscribe{request_id{1}, {}, "com.b"});
  run();
  CHECK(asked->subscribing.size() == 2); // one of each session
  CHECK(slow.silent());
  auto of_slow = next(asked->subscribing);
  allow_subscription();
  const auto b = quick.take<subscribed>().subscription; // before the slow one
  of_slow.decide(dict{});
  run();
  CHECK(slow.take<subscribed>().request == request_id{1});
  CHECK(slow.take<error>().uri == uris::invalid_uri);
  CHECK(slow.silent());
  let_publish();
  CHECK(quick.take<event>().subscription == b);
  CHECK(slow.take<published>().request == request_id{3});
  allow_subscription();
  CHECK(slow.take<subscribed>().request == request_id{4});
}

TEST_CASE_FIXTURE(fixture, "who leaves with something undecided leaves behind that") {
  auto& leaver = join();
  auto& other = join();
  other.send(subscribe{request_id{1}, {}, "com.topic"});
  run();
  allow_subscription();
  other.take<subscribed>();
  leaver.send(publish{request_id{1}, {}, "com.topic", payload::native({{value{1}}, {}})});
  leaver.send(publish{request_id{2}, {}, "com.topic", payload::native({{value{2}}, {}})});
  leaver.send(goodbye{{}, "wamp.close.normal"});
  run();
  CHECK(leaver.silent()); // GOODBYE is answered when the realm is done with what came before it
  let_publish();
  let_publish();
  CHECK(other.take<event>().args.values().args == list{value{1}});
  CHECK(other.take<event>().args.values().args == list{value{2}});
  CHECK(leaver.take<goodbye>().reason == uris::goodbye_and_out);
  leaver.hello_to("realm1"); // the realm has forgotten the first session
  run();
  leaver.take<welcome>();
}

TEST_CASE_FIXTURE(
    fixture, "no more waits than a session has credit for, and nothing of that is lost") {
  auto& publisher = join();
  const auto many = credit_window.messages * 2;
  for (std::uint64_t i = 1; i <= many; ++i)
    publisher.send(publish{request_id{i}, {{"acknowledge", true}}, "com.topic", {}});
  run();
  // A peer in this process can not be made to wait: what is too much is refused.
  const auto refused = publisher.received().count<error>();
  CHECK(refused >= many - credit_window.messages - 1);
  for (std::size_t i = 0; i < refused; ++i)
    CHECK(publisher.take<error>().uri == uris::unavailable);
  for (std::uint64_t i = 1; i <= many - refused; ++i) {
    let_publish();
    CHECK(publisher.take<published>().request == request_id{i});
  }
  CHECK(publisher.silent());
  publisher.send(publish{request_id{many + 1}, {{"acknowledge", true}}, "com.topic", {}});
  run();
  let_publish(); // it has its credit back
  CHECK(publisher.take<published>().request == request_id{many + 1});
}

TEST_CASE_FIXTURE(fixture, "answers to calls do not wait for what their sender has asked for") {
  auto& callee = join();
  auto& caller = join();
  serve(callee);
  caller.send(call{request_id{1}, {}, "com.add", {}});
  run();
  next(asked->selecting).decide(selection{});
  run();
  const auto i = callee.take<invocation>();
  callee.send(register_{request_id{2}, {}, "com.other"});
  callee.send(yield{i.request, {}, {}});
  run();
  CHECK(caller.take<result>().request == request_id{1});
  CHECK(callee.silent());
}

TEST_CASE_FIXTURE(fixture, "a CANCEL comes behind its call") {
  auto& callee = join();
  auto& caller = join();
  serve(callee);
  caller.send(call{request_id{1}, {}, "com.add", {}});
  caller.send(cancel{request_id{1}, {}});
  run();
  CHECK(caller.silent());
  next(asked->selecting).decide(selection{});
  run();
  callee.take<invocation>();
  const auto e = caller.take<error>();
  CHECK(e.request == request_id{1});
  CHECK(e.uri == uris::canceled);
}

TEST_CASE_FIXTURE(fixture, "where the deciding actor has ended, everything is refused") {
  auto& c = join();
  c.send(subscribe{request_id{1}, {}, "com.a"});
  c.send(subscribe{request_id{2}, {}, "com.b"});
  c.send(call{request_id{3}, {}, "com.nobody", {}});
  run();
  CHECK(c.take<error>().uri == uris::no_such_procedure);
  asked->subscribing.clear();
  caf::anon_send_exit(broker_decides, caf::exit_reason::kill);
  run();
  CHECK(c.take<error>().uri == uris::authorization_failed);
  const auto second = c.take<error>();
  CHECK(second.request == request_id{2});
  CHECK(second.uri == uris::authorization_failed);
}

TEST_CASE_FIXTURE(fixture, "a decision that comes after the realm's end does nothing") {
  auto& c = join();
  c.send(subscribe{request_id{1}, {}, "com.a"});
  run();
  auto late = next(asked->subscribing);
  clients.clear();
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  router = nullptr;
  run();
  late.decide(dict{});
  run();
}
