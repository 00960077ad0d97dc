// Publish and subscribe as the specification wants it, decided without any actor.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  recorder out;
  broker b{test_realm(), out};
  session_ref alice = make_session(1, "alice", "user");
  session_ref bob = make_session(2, "bob", "user");
  session_ref carol = make_session(3, "carol", "admin");

  subscription_id subscribe(const session_ref& who, std::string topic, dict options = {}) {
    b.subscribe(who, {request_id{1}, std::move(options), std::move(topic)});
    return out.take<subscribed>(who).subscription;
  }
  void publish(const session_ref& who, std::string topic, dict options = {}) {
    b.publish(
        who, {request_id{7}, std::move(options), std::move(topic),
              payload::native({{value{"hello"}}, {}})});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "an event reaches every subscriber but its publisher") {
  auto id = subscribe(alice, "com.topic");
  CHECK(subscribe(bob, "com.topic") == id);
  subscribe(carol, "com.other");
  publish(alice, "com.topic");
  auto e = out.take<event>(bob);
  CHECK(e.subscription == id);
  CHECK(e.publication.value() >= 1);
  CHECK(e.publication.value() <= max_id);
  CHECK(e.args.values().args == list{value{"hello"}});
  CHECK(e.details.empty());
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "exclude_me:false lets the publisher hear itself") {
  subscribe(alice, "com.topic");
  publish(alice, "com.topic", {{"exclude_me", false}});
  out.take<event>(alice);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "subscribing twice gives the same id and one event") {
  auto first = subscribe(bob, "com.topic");
  CHECK(subscribe(bob, "com.topic") == first);
  publish(alice, "com.topic");
  out.take<event>(bob);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "an acknowledged publication is answered after its events") {
  subscribe(bob, "com.topic");
  publish(alice, "com.topic", {{"acknowledge", true}});
  auto e = out.take<event>(bob);
  auto p = out.take<published>(alice);
  CHECK(p.request == request_id{7});
  CHECK(p.publication == e.publication);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "publications have different ids, with or without subscribers") {
  publish(alice, "com.nobody", {{"acknowledge", true}});
  publish(alice, "com.nobody", {{"acknowledge", true}});
  auto first = out.take<published>(alice).publication;
  CHECK(out.take<published>(alice).publication != first);
}

TEST_CASE_FIXTURE(fixture, "after UNSUBSCRIBED there are no events") {
  auto id = subscribe(bob, "com.topic");
  b.unsubscribe(bob, {request_id{2}, id});
  CHECK(out.take<unsubscribed>(bob).request == request_id{2});
  publish(alice, "com.topic");
  CHECK(out.empty());
  CHECK(b.subscriptions().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "UNSUBSCRIBE of what the session is not attached to is an ERROR") {
  auto id = subscribe(alice, "com.topic");
  for (auto unknown : {id, subscription_id{999}}) {
    b.unsubscribe(bob, {request_id{5}, unknown});
    auto e = out.take<error>(bob);
    CHECK(e.request_type == message_code::unsubscribe);
    CHECK(e.request == request_id{5});
    CHECK(e.uri == uris::no_such_subscription);
  }
  publish(bob, "com.topic");
  out.take<event>(alice);
}

TEST_CASE_FIXTURE(fixture, "a session that left receives nothing and leaves nothing behind") {
  subscribe(alice, "com.topic");
  subscribe(bob, "com.topic");
  subscribe(bob, "com.other");
  b.session_left(bob->id);
  publish(carol, "com.topic");
  out.take<event>(alice);
  CHECK(out.empty());
  CHECK(b.subscriptions().size() == 1);
  b.session_left(alice->id);
  CHECK(b.subscriptions().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "bad topics are an ERROR with the request's type and id") {
  for (auto topic : {"", "com..topic", "com.to pic", "com.#", ".com", "com."}) {
    CAPTURE(topic);
    b.subscribe(bob, {request_id{3}, {}, topic});
    auto s = out.take<error>(bob);
    CHECK(s.request_type == message_code::subscribe);
    CHECK(s.request == request_id{3});
    CHECK(s.uri == uris::invalid_uri);
    publish(alice, topic, {{"acknowledge", true}});
    auto p = out.take<error>(alice);
    CHECK(p.request_type == message_code::publish);
    CHECK(p.uri == uris::invalid_uri);
    publish(alice, topic);
    CHECK(out.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "only the router publishes below wamp., anybody may subscribe there") {
  subscribe(bob, "wamp.session.on_join");
  publish(alice, "wamp.session.on_join", {{"acknowledge", true}});
  CHECK(out.take<error>(alice).uri == uris::invalid_uri);
  publish(alice, "wamp.session.on_join");
  CHECK(out.empty());
  publish(alice, "wampum.is.fine", {{"acknowledge", true}});
  out.take<published>(alice);
}

TEST_CASE("strict URI rules refuse what loose ones take") {
  recorder out;
  auto settings = test_realm();
  settings.uris = uri_rules::strict;
  broker b{settings, out};
  auto bob = make_session(2);
  b.subscribe(bob, {request_id{1}, {}, "com.My-Topic"});
  CHECK(out.take<error>(bob).uri == uris::invalid_uri);
  b.subscribe(bob, {request_id{2}, {}, "com.my_topic1"});
  out.take<subscribed>(bob);
}

TEST_CASE_FIXTURE(fixture, "a match policy that nobody knows is refused") {
  b.subscribe(bob, {request_id{1}, {{"match", "glob"}}, "com"});
  CHECK(out.take<error>(bob).uri == uris::invalid_argument);
  b.subscribe(bob, {request_id{2}, {{"match", "exact"}}, "com.topic"});
  out.take<subscribed>(bob);
}

TEST_CASE_FIXTURE(fixture, "black- and whitelists hold all at once") {
  subscribe(alice, "com.topic");
  subscribe(bob, "com.topic");
  subscribe(carol, "com.topic");
  auto receivers = [&](dict options) {
    options.set("exclude_me", false);
    publish(alice, "com.topic", std::move(options));
    std::string names;
    while (!out.empty())
      for (auto& who : {alice, bob, carol}) {
        if (out.empty())
          break;
        try {
          auto copy = out;
          copy.take<event>(who);
          out = copy;
          names += who->identity.authid.front();
        } catch (const std::logic_error&) {
        }
      }
    return names;
  };
  CHECK(receivers({}) == "abc");
  CHECK(receivers({{"exclude", list{1, 3}}}) == "b");
  CHECK(receivers({{"eligible", list{1, 3}}}) == "ac");
  CHECK(receivers({{"eligible", list{}}}) == "");
  CHECK(receivers({{"exclude", list{}}}) == "abc");
  CHECK(receivers({{"exclude_authid", list{"bob"}}}) == "ac");
  CHECK(receivers({{"exclude_authrole", list{"user"}}}) == "c");
  CHECK(receivers({{"eligible_authid", list{"bob", "carol"}}}) == "bc");
  CHECK(receivers({{"eligible_authrole", list{"user"}}}) == "ab");
  CHECK(receivers({{"eligible_authrole", list{"user"}}, {"exclude", list{1}}}) == "b");
  CHECK(receivers({{"eligible", list{1, 2}}, {"eligible_authid", list{"bob", "carol"}}}) == "b");
}

TEST_CASE_FIXTURE(fixture, "who has a revoked subscription loses it, and is told if it knows how") {
  auto informed = std::make_shared<session_info>(*make_session(9));
  informed->features.subscriber_revocation = true;
  auto dave = session_ref{informed};
  const auto id = subscribe(dave, "com.topic");
  subscribe(bob, "com.topic");
  const auto other = subscribe(bob, "com.other");
  CHECK(b.revoke(id, "com.reason"));
  auto told = out.take<unsubscribed>(dave);
  CHECK(told.request == request_id{0});
  CHECK(told.details == dict{{"subscription", id.value()}, {"reason", "com.reason"}});
  CHECK(out.empty());
  publish(alice, "com.topic");
  CHECK(out.empty());
  b.unsubscribe(bob, {request_id{5}, id});
  CHECK(out.take<error>(bob).uri == uris::no_such_subscription);
  CHECK_FALSE(b.revoke(id, "com.reason"));
  publish(alice, "com.other");
  CHECK(out.take<event>(bob).subscription == other);
  CHECK(subscribe(dave, "com.topic") != id);
}

TEST_CASE("what a session may not do is not_authorized") {
  recorder out;
  auto settings = test_realm();
  settings.authorize = authorize_by([](const session_info& who, action what, std::string_view uri) {
    return who.identity.authrole == "admin" || (what == action::subscribe && uri == "com.open");
  });
  broker b{settings, out};
  auto user = make_session(1, "u", "user");
  auto admin = make_session(2, "a", "admin");
  b.subscribe(user, {request_id{1}, {}, "com.open"});
  out.take<subscribed>(user);
  b.subscribe(user, {request_id{2}, {}, "com.closed"});
  CHECK(out.take<error>(user).uri == uris::not_authorized);
  b.publish(user, {request_id{3}, {{"acknowledge", true}}, "com.open", {}});
  CHECK(out.take<error>(user).uri == uris::not_authorized);
  b.publish(user, {request_id{4}, {{"exclude_me", false}}, "com.open", {}});
  CHECK(out.empty());
  b.publish(admin, {request_id{1}, {}, "com.open", {}});
  out.take<event>(user);
}
