// Subscriptions to patterns of topics: whose they are, what they are sent.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  recorder out;
  realm_settings settings = test_realm();
  broker b{settings, out};
  session_ref alice = make_session(1, "alice", "user");
  session_ref bob = make_session(2, "bob", "user");
  session_ref carol = make_session(3, "carol", "admin");

  subscription_id subscribe(const session_ref& who, std::string topic, std::string match) {
    b.subscribe(who, {request_id{1}, {{"match", std::move(match)}}, std::move(topic)});
    return out.take<subscribed>(who).subscription;
  }
  void publish(std::string topic, dict options = {}) {
    b.publish(
        alice, {request_id{7}, std::move(options), std::move(topic),
                payload::native({{value{"hello"}}, {}})});
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "each subscription that matches is sent one event, of one publication") {
  const auto exact = subscribe(bob, "com.news.sport", "exact");
  const auto prefix = subscribe(bob, "com.ne", "prefix");
  const auto wildcard = subscribe(bob, "com..sport", "wildcard");
  publish("com.news.sport");
  std::set<std::uint64_t> publications;
  std::map<subscription_id, dict> details;
  for (int n = 0; n < 3; ++n) {
    auto e = out.take<event>(bob);
    publications.insert(e.publication.value());
    CHECK(e.args.values().args == list{value{"hello"}});
    details.emplace(e.subscription, std::move(e.details));
  }
  CHECK(out.empty());
  CHECK(publications.size() == 1);
  CHECK(details.at(exact).empty());
  CHECK(details.at(prefix) == dict{{"topic", "com.news.sport"}});
  CHECK(details.at(wildcard) == dict{{"topic", "com.news.sport"}});
}

TEST_CASE_FIXTURE(fixture, "one URI under three policies is three subscriptions") {
  const auto exact = subscribe(bob, "com.news", "exact");
  const auto prefix = subscribe(bob, "com.news", "prefix");
  const auto wildcard = subscribe(bob, "com.news", "wildcard");
  CHECK(exact != prefix);
  CHECK(exact != wildcard);
  CHECK(prefix != wildcard);
  CHECK(subscribe(carol, "com.news", "prefix") == prefix);
  b.unsubscribe(bob, {request_id{2}, prefix});
  out.take<unsubscribed>(bob);
  publish("com.news.more");
  CHECK(out.take<event>(carol).subscription == prefix);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "nothing is left of a pattern when its subscribers have gone") {
  const auto id = subscribe(bob, "com.", "prefix");
  subscribe(bob, "com..x", "wildcard");
  b.session_left(bob->id);
  publish("com.news.x");
  CHECK(out.empty());
  CHECK(b.subscriptions().size() == 0);
  CHECK(subscribe(carol, "com.", "prefix") != id);
}

TEST_CASE_FIXTURE(fixture, "patterns may have empty parts, topics may not") {
  for (auto [topic, match] :
       {std::pair{"com..x", "prefix"},
        {".com", "prefix"},
        {"c m", "prefix"},
        {"com.#", "wildcard"},
        {"c m", "wildcard"},
        {"com.", "exact"}}) {
    CAPTURE(topic);
    b.subscribe(bob, {request_id{1}, {{"match", match}}, topic});
    CHECK(out.take<error>(bob).uri == uris::invalid_uri);
  }
  for (auto [topic, match] :
       {std::pair{"com.", "prefix"}, {"", "prefix"}, {"..", "wildcard"}, {"", "wildcard"}}) {
    fixture fresh;
    fresh.subscribe(fresh.bob, topic, match);
  }
  subscribe(bob, "com..", "wildcard");
  // That a pattern matches does not make it a topic.
  publish("com..x", {{"acknowledge", true}});
  CHECK(out.take<error>(alice).uri == uris::invalid_uri);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "the publisher's exclusion and lists hold for patterns, too") {
  subscribe(alice, "com.", "prefix");
  subscribe(bob, "com.", "prefix");
  subscribe(carol, "com.", "prefix");
  publish("com.x", {{"exclude", list{2}}});
  out.take<event>(carol);
  CHECK(out.empty());
}

TEST_CASE("patterns may reach what the router publishes") {
  for (auto [topic, match] :
       {std::pair{"wamp", "prefix"}, {"wamp.session.", "prefix"}, {"..on_join", "wildcard"}}) {
    fixture f;
    f.subscribe(f.bob, topic, match);
    f.out.clear(); // that may be news of the subscription itself
    f.publish("wamp.session.on_join");
    CHECK(f.out.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "more forms of wildcards than a search can try are refused") {
  std::optional<error> refused;
  for (unsigned n = 0; n < 1000 && !refused; ++n) {
    std::string pattern = "a";
    for (unsigned bit = 0; bit < 10; ++bit)
      pattern += (n >> bit & 1U) != 0 ? "." : ".a";
    b.subscribe(bob, {request_id{1}, {{"match", "wildcard"}}, pattern});
    try {
      auto copy = out;
      copy.take<subscribed>(bob);
      out.clear();
    } catch (const std::logic_error&) {
      refused = out.take<error>(bob);
    }
  }
  REQUIRE(refused);
  CHECK(refused->uri == uris::unavailable);
}

TEST_CASE("by a pattern nobody hears what they may not subscribe to by its name") {
  recorder out;
  auto settings = test_realm();
  settings.authorize = authorize_by([](const session_info& who, action what, std::string_view uri) {
    return who.identity.authrole == "admin" || what == action::publish || uri != "com.secret";
  });
  broker b{settings, out};
  auto user = make_session(1, "u", "user");
  auto admin = make_session(2, "a", "admin");
  for (auto& who : {user, admin}) {
    b.subscribe(who, {request_id{1}, {{"match", "prefix"}}, "com.s"});
    out.take<subscribed>(who);
  }
  b.publish(user, {request_id{3}, {{"exclude_me", false}}, "com.secret", {}});
  out.take<event>(admin);
  CHECK(out.empty());
  b.publish(admin, {request_id{3}, {}, "com.sun", {}});
  out.take<event>(user);
  // The pattern itself must be allowed as well.
  b.subscribe(user, {request_id{1}, {{"match", "prefix"}}, "com.secret"});
  CHECK(out.take<error>(user).uri == uris::not_authorized);
}
