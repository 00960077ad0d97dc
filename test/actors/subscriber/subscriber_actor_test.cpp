// Actors that receive events and serve calls through a client.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/subscriber/subscriber_actor.hpp>
#include <wamp/actors/testing/test_realm.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;

namespace {

struct fixture {
  seen<int> numbers;
  seen<std::string> ends;
  test_realm realm;
  client one{realm.system(), realm.settings(), realm.router()};
  client other{realm.system(), realm.settings(), realm.router()};
  caf::scoped_actor self{realm.system()};

  fixture() {
    one.joined().get();
    other.joined().get();
  }
  void watch(const subscriber_actor& who) {
    who->attach_functor([this](const caf::error& e) {
      auto ours = wamp_error_of(e);
      ends.add(ours ? ours->uri : to_string(e));
    });
  }

  /// Until one's requests so far are answered: a subscriber sends its own when it starts.
  template <class Answer, class Request>
  tl::expected<Answer, std::string> ask(Request request) {
    tl::expected<Answer, std::string> got = tl::unexpected(std::string{"none"});
    self->request(one.actor(), 10s, std::move(request))
        .receive(
            [&](Answer& a) { got = std::move(a); },
            [&](const caf::error& e) {
              auto ours = wamp_error_of(e);
              got = tl::unexpected(ours ? ours->uri : to_string(e));
            });
    return got;
  }

  /// A subscriber that is subscribed: events are published until the first comes.
  void until_it_hears(int n) {
    for (;;) {
      other.ack_publish("a.topic", n).get();
      if (!numbers.empty())
        break;
    }
    other.publish("a.topic", -1);
    for (auto heard = numbers.take(); heard != -1; heard = numbers.take())
      CHECK(heard == n);
  }
};

/// Counts what is sent to it, by itself.
subscriber_actor::behavior_type plain_subscriber(subscriber_actor::pointer, seen<int>* to) {
  return {[to](const event& e) {
    to->add(static_cast<int>(*e.args.values().args.at(0).get_if<std::int64_t>()));
  }};
}

procedure_actor::behavior_type doubler(procedure_actor::pointer) {
  return {[](const invocation& i) -> caf::result<arguments> {
    auto n = i.args.values().args.at(0).get_if<std::int64_t>();
    if (!n)
      return to_caf_error(
          error{message_code::invocation, {}, {}, "a.not_a_number", payload::native({{"no"}, {}})});
    if (*n < 0)
      return caf::make_error(caf::sec::runtime_error, "the password is 1234");
    return make_arguments(2 * *n);
  }};
}

} // namespace

TEST_CASE_FIXTURE(fixture, "a subscriber hears its topic in order, until it quits") {
  auto s = spawn_subscriber(realm.system(), one.actor(), "a.topic", [this](subscriber_pointer me) {
    return [this, me](int n) {
      numbers.add(n);
      if (n == 1000)
        me->quit();
    };
  });
  watch(s);
  s.actor = nullptr;
  CHECK(s.confirmed.await().has_value());
  for (int n = 1; n <= 1000; ++n)
    other.publish("a.topic", n);
  other.publish("a.topic", 1001);
  for (int n = 1; n <= 1000; ++n)
    CHECK(numbers.take() == n);
  ends.take();
  // The client has nobody left for the topic.
  auto again = ask<unsubscribed>(detach_subscriber{"a.topic", {}});
  CHECK_FALSE(again.has_value());
  other.ack_publish("a.topic", 1002).get();
  CHECK(numbers.empty());
}

TEST_CASE_FIXTURE(fixture, "two subscribers of one client share a subscription, not their fate") {
  auto first =
      spawn_subscriber(realm.system(), one.actor(), "a.topic", [this](int n) { numbers.add(n); });
  until_it_hears(0);
  seen<int> others_numbers;
  auto second = realm.system().spawn(plain_subscriber, &others_numbers);
  REQUIRE(ask<subscribed>(attach_subscriber{"a.topic", second}).has_value());
  other.publish("a.topic", 7);
  CHECK(numbers.take() == 7);
  CHECK(others_numbers.take() == 7);
  watch(first);
  caf::anon_send_exit(first.actor, caf::exit_reason::kill);
  ends.take();
  other.publish("a.topic", 8);
  CHECK(others_numbers.take() == 8);
  CHECK(numbers.empty());
  REQUIRE(ask<unsubscribed>(detach_subscriber{"a.topic", second}).has_value());
  other.ack_publish("a.topic", 9).get();
  CHECK(others_numbers.empty());
  const auto twice = ask<unsubscribed>(detach_subscriber{"a.topic", second});
  REQUIRE_FALSE(twice.has_value());
  CHECK(twice.error() == uris::no_such_subscription);
  caf::anon_send_exit(second, caf::exit_reason::user_shutdown);
}

TEST_CASE_FIXTURE(fixture, "a subscriber ends when the router refuses it, and with its client") {
  auto refused = spawn_subscriber(realm.system(), one.actor(), "not a topic!..", [](int) {});
  watch(refused);
  const auto why = refused.confirmed.await();
  REQUIRE_FALSE(why.has_value());
  CHECK(why.error().uri == uris::invalid_uri);
  CHECK(ends.take() == uris::invalid_uri);
  watch(
      spawn_subscriber(realm.system(), one.actor(), "a.topic", [this](int n) { numbers.add(n); }));
  until_it_hears(1);
  one.stop();
  ends.take();
}

TEST_CASE_FIXTURE(fixture, "an actor serves a procedure; its errors are the caller's") {
  auto d = realm.system().spawn(doubler);
  REQUIRE(ask<registered>(attach_procedure{"a.double", d}).has_value());
  CHECK(other.call("a.double", 21).get<int>() == 42);
  auto wrong = other.call("a.double", "x").await();
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().uri == "a.not_a_number");
  CHECK(wrong.error().args.values() == arguments{{"no"}, {}});
  auto failed = other.call("a.double", -1).await();
  REQUIRE_FALSE(failed.has_value());
  CHECK(failed.error().uri == uris::runtime_error);
  CHECK(failed.error().args.values() == arguments{{"the procedure failed"}, {}});
  // A second one is refused, and is not attached by that.
  auto second = realm.system().spawn(doubler);
  auto refused = ask<registered>(attach_procedure{"a.double", second});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error() == uris::procedure_already_exists);
  auto never = ask<unregistered>(detach_procedure{"a.double", second});
  REQUIRE_FALSE(never.has_value());
  CHECK(never.error() == uris::no_such_registration);
  CHECK(other.call("a.double", 4).get<int>() == 8);
  REQUIRE(ask<unregistered>(detach_procedure{"a.double", d}).has_value());
  auto gone = other.call("a.double", 1).await();
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().uri == uris::no_such_procedure);
  caf::anon_send_exit(second, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(d, caf::exit_reason::user_shutdown);
}

TEST_CASE_FIXTURE(fixture, "an actor that dies in a call: the caller is told, the procedure goes") {
  seen<int> asked;
  auto d = realm.system().spawn(doubler);
  auto hangs = realm.system().spawn([&, d](procedure_actor::pointer me) {
    return procedure_actor::behavior_type{[me, d, &asked](const invocation& i) {
      auto promise = me->make_response_promise<arguments>();
      if (i.args.empty())
        asked.add(0); // and no answer
      else
        me->request(d, caf::infinite, i).then([promise](arguments& a) mutable {
          promise.deliver(std::move(a));
        });
      return promise;
    }};
  });
  REQUIRE(ask<registered>(attach_procedure{"a.hangs", hangs}).has_value());
  CHECK(other.call("a.hangs", 4).get<int>() == 8); // by another actor
  auto call = other.call("a.hangs");
  asked.take();
  caf::anon_send_exit(hangs, caf::exit_reason::kill);
  auto answer = call.await();
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().uri == uris::runtime_error);
  for (;;) { // until the client has heard of it, too
    auto after = other.call("a.hangs").await();
    REQUIRE_FALSE(after.has_value());
    if (after.error().uri == uris::no_such_procedure)
      break;
    CHECK(after.error().uri == uris::runtime_error);
  }
  caf::anon_send_exit(d, caf::exit_reason::user_shutdown);
}
