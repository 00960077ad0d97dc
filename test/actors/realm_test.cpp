// A whole realm of actors, from HELLO to GOODBYE, on a deterministic scheduler and without
// sockets; and every order in which two messages can race.
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/realm.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

payload text(std::string s) {
  return payload::native({{value{std::move(s)}}, {}});
}

subscription_id subscribe_to(
    deterministic_realm& realm, client& c, std::uint64_t id,
    const std::string& topic = "com.topic") {
  c.send(subscribe{request_id{id}, {}, topic});
  realm.run();
  return c.take<subscribed>().subscription;
}

registration_id serve(deterministic_realm& realm, client& c, std::uint64_t id) {
  c.send(register_{request_id{id}, {}, "com.add"});
  realm.run();
  return c.take<registered>().registration;
}

} // namespace

TEST_CASE_FIXTURE(deterministic_realm, "an actor joins, calls, publishes and leaves by messages") {
  auto& callee = join();
  auto& caller = join();
  serve(*this, callee, 1);
  subscribe_to(*this, callee, 2);
  auto before = read_payload_counters();
  caller.send(call{request_id{1}, {}, "com.add", text("question")});
  caller.send(publish{request_id{2}, {{"acknowledge", true}}, "com.topic", text("news")});
  run();
  auto i = callee.take<invocation>();
  CHECK(i.args.values().args == list{value{"question"}});
  CHECK(callee.take<event>().args.values().args == list{value{"news"}});
  CHECK(caller.take<published>().request == request_id{2});
  callee.send(yield{i.request, {}, text("answer")});
  run();
  CHECK(caller.take<result>().args.values().args == list{value{"answer"}});
  auto after = read_payload_counters();
  CHECK(after.decodes == before.decodes);
  CHECK(after.encodes == before.encodes);
  caller.send(goodbye{{}, "wamp.close.normal"});
  run();
  CHECK(caller.take<goodbye>().reason == uris::goodbye_and_out);
  caller.hello_to("realm1");
  run();
  caller.take<welcome>();
}

TEST_CASE_FIXTURE(deterministic_realm, "HELLO right behind GOODBYE opens the next session") {
  auto& c = join();
  c.send(goodbye{{}, "wamp.close.normal"});
  c.hello_to("realm1");
  c.send(subscribe{request_id{1}, {}, "com.topic"});
  run();
  c.take<goodbye>();
  // The HELLO was heard, and the SUBSCRIBE came before its WELCOME.
  CHECK(c.take<wamp::abort>().reason == uris::protocol_violation);
}

TEST_CASE_FIXTURE(deterministic_realm, "sessions have different ids; the router counts them") {
  auto& a = stranger();
  auto& b = stranger();
  a.hello_to("realm1");
  b.hello_to("realm1");
  run();
  CHECK(a.take<welcome>().session != b.take<welcome>().session);
}

TEST_CASE("a session id that is in use is drawn again") {
  auto settings = test_realm();
  settings.random = [] {
    return [n = 0]() mutable {
      static constexpr std::array<std::uint64_t, 3> drawn{7, 7, 9};
      return drawn[static_cast<std::size_t>(n++ % 3)];
    };
  };
  deterministic_realm realm{settings};
  auto& a = realm.stranger();
  auto& b = realm.stranger();
  a.hello_to("realm1");
  b.hello_to("realm1");
  realm.run();
  CHECK(a.take<welcome>().session == session_id{8});
  CHECK(b.take<welcome>().session == session_id{10});
}

TEST_CASE_FIXTURE(deterministic_realm, "a peer that dies takes everything with it") {
  auto& callee = join();
  auto& caller = join();
  serve(*this, callee, 1);
  subscribe_to(*this, callee, 2);
  caller.send(call{request_id{1}, {}, "com.add", {}});
  run();
  callee.take<invocation>();
  callee.leave_abruptly();
  run();
  auto e = caller.take<error>();
  CHECK(e.request_type == message_code::call);
  CHECK(e.request == request_id{1});
  CHECK(e.uri == uris::canceled);
  caller.send(call{request_id{2}, {}, "com.add", {}});
  run();
  CHECK(caller.take<error>().uri == uris::no_such_procedure);
}

TEST_CASE_FIXTURE(deterministic_realm, "at shutdown every session gets GOODBYE, nobody comes in") {
  auto& a = join();
  auto& late = stranger();
  caf::anon_send(router(), shut_down{std::string{uris::system_shutdown}});
  run();
  CHECK(a.take<goodbye>().reason == uris::system_shutdown);
  late.hello_to("realm1");
  run();
  CHECK(late.take<wamp::abort>().reason == uris::system_shutdown);
}

TEST_CASE("leave and result: the caller gets its answer or nothing, never after GOODBYE") {
  auto answered = std::size_t{0};
  auto rounds = in_every_order([&](order& o) {
    deterministic_realm realm;
    auto& callee = realm.join();
    auto& caller = realm.join();
    serve(realm, callee, 1);
    caller.send(call{request_id{1}, {}, "com.add", {}});
    realm.run();
    auto i = callee.take<invocation>();
    callee.send_sometime(yield{i.request, {}, text("answer")});
    caller.send_sometime(goodbye{{}, "wamp.close.normal"});
    o.run(realm.system());
    if (caller.received().count<result>() == 1) {
      caller.take<result>();
      ++answered;
    }
    caller.take<goodbye>();
    CHECK(caller.silent());
    CHECK(callee.silent());
  });
  CHECK(answered > 0);
  CHECK(answered < rounds);
}

TEST_CASE("callee's leave and its result: the caller gets exactly one answer") {
  auto rounds = in_every_order([&](order& o) {
    deterministic_realm realm;
    auto& callee = realm.join();
    auto& caller = realm.join();
    serve(realm, callee, 1);
    caller.send(call{request_id{1}, {}, "com.add", {}});
    realm.run();
    auto i = callee.take<invocation>();
    callee.send_sometime(yield{i.request, {}, text("answer")});
    callee.leave_abruptly();
    o.run(realm.system());
    CHECK(caller.received().count<result>() + caller.received().count<error>() == 1);
  });
  CHECK(rounds > 1);
}

TEST_CASE("unsubscribe and event: no EVENT after UNSUBSCRIBED") {
  auto heard = std::size_t{0};
  auto rounds = in_every_order([&](order& o) {
    deterministic_realm realm;
    auto& subscriber = realm.join();
    auto& publisher = realm.join();
    auto id = subscribe_to(realm, subscriber, 1);
    subscriber.send_sometime(unsubscribe{request_id{2}, id});
    publisher.send_sometime(publish{request_id{1}, {}, "com.topic", text("news")});
    o.run(realm.system());
    if (subscriber.received().count<event>() == 1) {
      subscriber.take<event>();
      ++heard;
    }
    subscriber.take<unsubscribed>();
    CHECK(subscriber.silent());
  });
  CHECK(heard > 0);
  CHECK(heard < rounds);
}

TEST_CASE("subscribe and publish: SUBSCRIBED comes before the first EVENT") {
  in_every_order([&](order& o) {
    deterministic_realm realm;
    auto& subscriber = realm.join();
    auto& publisher = realm.join();
    subscriber.send_sometime(subscribe{request_id{1}, {}, "com.topic"});
    publisher.send_sometime(publish{request_id{1}, {}, "com.topic", text("news")});
    o.run(realm.system());
    subscriber.take<subscribed>();
    CHECK(subscriber.received().count<event>() == subscriber.received().size());
  });
}

TEST_CASE("cancel and yield: exactly one answer, and a late YIELD is no violation") {
  auto canceled = std::size_t{0};
  auto rounds = in_every_order([&](order& o) {
    deterministic_realm realm;
    auto& callee = realm.join({{"call_canceling", true}});
    auto& caller = realm.join();
    serve(realm, callee, 1);
    caller.send(call{request_id{1}, {}, "com.add", {}});
    realm.run();
    auto i = callee.take<invocation>();
    callee.send_sometime(yield{i.request, {}, text("answer")});
    caller.send_sometime(cancel{request_id{1}, {}});
    o.run(realm.system());
    if (caller.received().count<error>() == 1) {
      CHECK(caller.take<error>().uri == uris::canceled);
      CHECK(callee.take<interrupt>().request == i.request);
      ++canceled;
    } else {
      caller.take<result>();
    }
    CHECK(caller.silent());
    CHECK(callee.silent());
  });
  CHECK(canceled > 0);
  CHECK(canceled < rounds);
}

TEST_CASE_FIXTURE(deterministic_realm, "events of one publisher keep their order over topics") {
  auto& subscriber = join();
  auto& publisher = join();
  subscribe_to(*this, subscriber, 1, "com.a");
  subscribe_to(*this, subscriber, 2, "com.b");
  for (std::uint64_t n = 1; n <= 100; ++n)
    publisher.send(publish{
        request_id{n}, {}, n % 3 == 0 ? "com.a" : "com.b", payload::native({{value{n}}, {}})});
  run();
  for (std::uint64_t n = 1; n <= 100; ++n)
    CHECK(subscriber.take<event>().args.values().args == list{value{n}});
}

TEST_CASE_FIXTURE(deterministic_realm, "credit flows: far more work than a window goes through") {
  auto& subscriber = join();
  auto& publisher = join();
  subscribe_to(*this, subscriber, 1);
  std::uint64_t n = 0;
  for (int round = 0; round < 5; ++round) {
    for (std::size_t i = 0; i < credit_window.messages; ++i)
      publisher.send(publish{request_id{++n}, {}, "com.topic", {}});
    run();
  }
  CHECK(publisher.silent());
  CHECK(subscriber.received().size() == 5 * credit_window.messages);
}
