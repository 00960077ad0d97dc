// Events that are kept for those who subscribe later: who gets which, and when PUBLISHED goes out.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/scripted_store.hpp>

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  explicit fixture(realm_settings settings = test_realm()) : b(settings, out) {}

  recorder out;
  broker b;
  session_ref alice = make_session(1, "alice", "user");
  session_ref bob = make_session(2, "bob", "user");
  session_ref carol = make_session(3, "carol", "admin");

  subscription_id subscribe(const session_ref& who, std::string topic, dict options = {}) {
    options.set("get_retained", true);
    b.subscribe(who, {request_id{1}, std::move(options), std::move(topic)});
    return out.take<subscribed>(who).subscription;
  }
  void retain(const session_ref& who, std::string topic, int n, dict options = {}) {
    options.set("retain", true);
    b.publish(
        who, {request_id{7}, std::move(options), std::move(topic), payload::native({{n}, {}})});
  }
  /// What `who` is sent on subscribing; 0 for nothing.
  int retained_for(const session_ref& who) {
    b.unsubscribe(who, {request_id{2}, subscribe(who, "com.topic")});
    int number = 0;
    try {
      auto copy = out;
      number = number_of(copy.take<event>(who));
      out = copy;
    } catch (const std::logic_error&) {
    }
    out.take<unsubscribed>(who);
    CHECK(out.empty());
    return number;
  }
  static int number_of(const event& e) {
    return static_cast<int>(*e.args.values().args.at(0).get_if<std::int64_t>());
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "who asks for it gets the topic's retained event, behind SUBSCRIBED") {
  retain(alice, "com.topic", 5, {{"acknowledge", true}});
  const auto id = out.take<published>(alice).publication;
  const auto subscription = subscribe(bob, "com.topic");
  auto e = out.take<event>(bob);
  CHECK(e.subscription == subscription);
  CHECK(e.publication == id);
  CHECK(e.details == dict{{"retained", true}});
  CHECK(e.args.values() == arguments{{5}, {}});
  subscribe(carol, "com.topic", {{"match", "exact"}});
  out.take<event>(carol);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "nobody gets a retained event who has not asked for it") {
  retain(alice, "com.topic", 5);
  for (auto& options : {dict{}, dict{{"get_retained", false}}}) {
    b.subscribe(bob, {request_id{1}, options, "com.topic"});
    out.take<subscribed>(bob);
    CHECK(out.empty());
  }
  subscribe(bob, "com.other");
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "only what is published to be retained is, and replaces what was") {
  b.publish(alice, {request_id{7}, {{"retain", false}}, "com.topic", {}});
  CHECK(retained_for(bob) == 0);
  retain(alice, "com.topic", 1);
  retain(carol, "com.topic", 2);
  b.publish(alice, {request_id{7}, {}, "com.topic", {}});
  CHECK(retained_for(bob) == 2);
}

TEST_CASE_FIXTURE(fixture, "those who are subscribed hear a retained event once, as any other") {
  subscribe(bob, "com.topic");
  retain(alice, "com.topic", 5);
  CHECK(out.take<event>(bob).details.empty());
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a retained event outlives its publisher and all subscribers") {
  subscribe(bob, "com.topic");
  retain(alice, "com.topic", 5);
  out.take<event>(bob);
  b.session_left(alice->id);
  b.session_left(bob->id);
  CHECK(retained_for(carol) == 5);
}

TEST_CASE_FIXTURE(fixture, "the publisher is excluded from its own retained event, if at all") {
  retain(alice, "com.topic", 5);
  CHECK(retained_for(alice) == 0);
  CHECK(retained_for(bob) == 5);
  retain(bob, "com.topic", 6);
  CHECK(retained_for(bob) == 5); // the newest that it would have received
  CHECK(retained_for(alice) == 6);
  retain(bob, "com.topic", 7);
  CHECK(retained_for(bob) == 5);
  retain(bob, "com.topic", 8, {{"exclude_me", false}});
  CHECK(retained_for(bob) == 8);
}

TEST_CASE_FIXTURE(fixture, "each gets the newest that is for them") {
  retain(alice, "com.topic", 1);
  retain(alice, "com.topic", 2, {{"eligible_authrole", list{"admin"}}});
  retain(alice, "com.topic", 3, {{"eligible", list{2}}});
  retain(alice, "com.topic", 4, {{"exclude_authid", list{"bob", "carol"}}});
  CHECK(retained_for(carol) == 2);
  CHECK(retained_for(bob) == 3);
  CHECK(retained_for(make_session(9)) == 4);
  retain(alice, "com.topic", 5);
  for (auto& who : {bob, carol, make_session(9)})
    CHECK(retained_for(who) == 5);
  CHECK(retained_for(alice) == 0);
}

TEST_CASE_FIXTURE(fixture, "events for some only do not push out the one for everybody") {
  retain(alice, "com.topic", 1);
  for (int n = 2; n < 100; ++n)
    retain(alice, "com.topic", n, {{"eligible", list{n}}});
  CHECK(retained_for(make_session(1000)) == 1);
  CHECK(retained_for(make_session(99)) == 99);
}

TEST_CASE_FIXTURE(fixture, "a pattern's subscriber gets what is retained of each topic") {
  for (auto [topic, n] :
       {std::pair{"com.a.x", 1}, {"com.a.y", 2}, {"com.ab", 3}, {"com.b.x", 4}, {"org.a.x", 5}})
    retain(alice, topic, n);
  const auto heard = [&](const char* pattern, const char* match) {
    const auto subscription = subscribe(bob, pattern, {{"match", match}});
    std::map<std::string, int> result;
    while (!out.empty()) {
      auto e = out.take<event>(bob);
      CHECK(e.subscription == subscription);
      CHECK(e.details.size() == 2);
      CHECK(flag(e.details, "retained"));
      result.emplace(*find<std::string>(e.details, "topic"), number_of(e));
    }
    return result;
  };
  using found = std::map<std::string, int>;
  CHECK(heard("com.a", "prefix") == found{{"com.a.x", 1}, {"com.a.y", 2}, {"com.ab", 3}});
  CHECK(heard("com..x", "wildcard") == found{{"com.a.x", 1}, {"com.b.x", 4}});
  CHECK(heard("..x", "wildcard") == found{{"com.a.x", 1}, {"com.b.x", 4}, {"org.a.x", 5}});
  CHECK(heard("o", "prefix") == found{{"org.a.x", 5}});
}

TEST_CASE_FIXTURE(fixture, "what was said of the publication is said of it later, too") {
  retain(alice, "com.topic", 5, {{"disclose_me", true}});
  subscribe(bob, "com.topic");
  CHECK(
      out.take<event>(bob).details
      == dict{
          {"publisher", 1},
          {"publisher_authid", "alice"},
          {"publisher_authrole", "user"},
          {"retained", true}});
}

TEST_CASE_FIXTURE(fixture, "what must not be published is not retained") {
  retain(alice, "com..topic", 5);
  retain(alice, "wamp.topic", 5);
  subscribe(bob, "com.", {{"match", "prefix"}});
  subscribe(bob, "wamp.t", {{"match", "prefix"}});
  CHECK(out.empty());
}

TEST_CASE("by a pattern nobody is sent what is retained and not for them") {
  auto settings = test_realm();
  settings.authorize = authorize_by([](const session_info&, action what, std::string_view uri) {
    return what == action::publish || uri != "com.secret";
  });
  fixture f{settings};
  f.retain(f.alice, "com.secret", 1);
  f.retain(f.alice, "com.some", 2);
  f.subscribe(f.bob, "com.s", {{"match", "prefix"}});
  CHECK(f.number_of(f.out.take<event>(f.bob)) == 2);
  CHECK(f.out.empty());
}

// -- a store that takes its time -----------------------------------------------------------------

namespace {

struct has_slow_store {
  scripted_store store;
  realm_settings settings() const {
    auto result = test_realm();
    result.make_event_store = store.maker();
    return result;
  }
};

struct slow_fixture : has_slow_store, fixture {
  slow_fixture() : fixture(settings()) {}
};

} // namespace

TEST_CASE_FIXTURE(slow_fixture, "PUBLISHED waits until the event is stored; its EVENTs do not") {
  subscribe(bob, "com.topic");
  store.finish();
  retain(alice, "com.topic", 1, {{"acknowledge", true}});
  const auto id = out.take<event>(bob).publication;
  CHECK(out.empty());
  store.finish();
  auto answer = out.take<published>(alice);
  CHECK(answer.publication == id);
  CHECK(answer.request == request_id{7});
  retain(alice, "com.topic", 1);
  out.take<event>(bob);
  store.finish();
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(slow_fixture, "who has left meanwhile is not answered") {
  retain(alice, "com.topic", 1, {{"acknowledge", true}});
  subscribe(bob, "com.topic");
  subscribe(carol, "com.topic");
  b.session_left(alice->id);
  b.session_left(bob->id);
  store.finish();
  out.take<event>(carol);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(slow_fixture, "who has unsubscribed meanwhile is sent nothing") {
  retain(alice, "com.topic", 1);
  const auto id = subscribe(bob, "com.topic");
  b.unsubscribe(bob, {request_id{2}, id});
  out.take<unsubscribed>(bob);
  store.finish();
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(slow_fixture, "what could not be stored is told, if to be acknowledged") {
  subscribe(bob, "com.topic");
  retain(alice, "com.topic", 1, {{"acknowledge", true}});
  out.take<event>(bob);
  store.finish(false);
  const auto answer = out.take<error>(alice);
  CHECK(answer.request_type == message_code::publish);
  CHECK(answer.request == request_id{7});
  CHECK(answer.uri == uris::unavailable);
  retain(alice, "com.topic", 2);
  out.take<event>(bob);
  store.finish(false);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(slow_fixture, "what the store does not take is refused before anybody hears it") {
  subscribe(bob, "com.topic");
  store.is_full(true);
  retain(alice, "com.topic", 1, {{"acknowledge", true}});
  CHECK(out.take<error>(alice).uri == uris::unavailable);
  CHECK(out.empty());
  retain(alice, "com.topic", 2); // nobody waits for an answer: it is heard, and not kept
  out.take<event>(bob);
  b.publish(alice, {request_id{8}, {{"acknowledge", true}}, "com.topic", {}}); // needs no store
  out.take<event>(bob);
  out.take<published>(alice);
  store.is_full(false);
  retain(alice, "com.topic", 3, {{"acknowledge", true}});
  out.take<event>(bob);
  store.finish();
  out.take<published>(alice);
  CHECK(out.empty());
}
