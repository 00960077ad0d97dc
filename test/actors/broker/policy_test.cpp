// A policy of the application's own beside the broker's rules.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/posted_work.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

namespace {

/// Keeps what it is asked; lets in whom it likes at once, unless it is told to wait.
struct careful : broker_policy {
  bool waits = false;
  dict attributes{{"level", 3}};
  std::optional<decider<dict>> subscribing;
  std::optional<decider<std::vector<subscribed_session>>> publishing;
  std::vector<subscribed_session> asked;
  std::vector<subscribed_session> gone;

  void subscribe(const wamp::subscribe& r, const session_ref&, decider<dict> decide) override {
    if (waits)
      subscribing = std::move(decide);
    else if (r.topic == "com.secret")
      decide.deny("com.not_for_you", "go away");
    else
      decide(attributes);
  }
  void publish(
      const publication& what, const session_ref&, std::vector<subscribed_session> all,
      decider<std::vector<subscribed_session>> decide) override {
    asked = all;
    if (waits)
      publishing = std::move(decide);
    else if (what.args.values().args == list{value{"bad"}})
      decide.deny("com.bad_news");
    else {
      std::erase_if(all, [](auto& s) { return s.session->identity.authid == "bob"; });
      decide(std::move(all));
    }
  }
  void unsubscribed(const subscribed_session& who) override { gone.push_back(who); }
};

struct fixture {
  recorder out;
  std::shared_ptr<careful> policy = std::make_shared<careful>();
  posted_work posted;
  broker b{with(policy), out, posted.post()};
  session_ref alice = make_session(1, "alice"), bob = make_session(2, "bob"),
              carol = make_session(3, "carol");

  static realm_settings with(std::shared_ptr<broker_policy> policy) {
    auto settings = test_realm();
    settings.broker = std::move(policy);
    return settings;
  }
  subscription_id subscribe(const session_ref& who, std::string topic, dict options = {}) {
    b.subscribe(who, {request_id{1}, std::move(options), std::move(topic)});
    return out.take<subscribed>(who).subscription;
  }
  void publish(const session_ref& who, std::string_view text = "news", dict options = {}) {
    b.publish(
        who,
        {request_id{7}, std::move(options), "com.topic", payload::native({{value{text}}, {}})});
  }
  void work_off() { posted.work_off(); }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a policy refuses a subscription in its own words") {
  b.subscribe(alice, {request_id{4}, {}, "com.secret"});
  const auto e = out.take<error>(alice);
  CHECK(e.request_type == message_code::subscribe);
  CHECK(e.request == request_id{4});
  CHECK(e.uri == "com.not_for_you");
  CHECK(e.args.values().args == list{value{"go away"}});
  CHECK(b.subscriptions().size() == 0);
}

TEST_CASE_FIXTURE(fixture, "what the realm forbids no policy is asked for") {
  b.subscribe(alice, {request_id{4}, {}, "not a topic"});
  CHECK(out.take<error>(alice).uri == uris::invalid_uri);
  CHECK_FALSE(policy->subscribing);
}

TEST_CASE_FIXTURE(
    fixture, "a policy chooses among the receivers, of whom it knows what it gave them") {
  const auto exact = subscribe(bob, "com.topic");
  policy->attributes = {{"level", 9}};
  const auto prefix = subscribe(carol, "com", {{"match", "prefix"}});
  subscribe(alice, "com.topic");
  publish(alice);
  REQUIRE(policy->asked.size() == 2); // the publisher is none of them
  CHECK(policy->asked[0].session == bob);
  CHECK(policy->asked[0].subscription == exact);
  CHECK(policy->asked[0].attributes == dict{{"level", 3}});
  CHECK(policy->asked[1].subscription == prefix);
  CHECK(policy->asked[1].match == match_policy::prefix);
  CHECK(policy->asked[1].topic == "com");
  CHECK(policy->asked[1].attributes == dict{{"level", 9}});
  const auto e = out.take<event>(carol);
  CHECK(e.subscription == prefix);
  CHECK(e.details == dict{{"topic", "com.topic"}});
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(
    fixture, "a policy refuses a publication; without acknowledge nobody hears that") {
  subscribe(carol, "com.topic");
  publish(alice, "bad");
  CHECK(out.empty());
  publish(alice, "bad", {{"acknowledge", true}});
  const auto e = out.take<error>(alice);
  CHECK(e.request_type == message_code::publish);
  CHECK(e.uri == "com.bad_news");
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "what a policy refuses is not kept either") {
  publish(alice, "bad", {{"retain", true}});
  publish(alice, "good", {{"retain", true}, {"acknowledge", true}});
  out.take<published>(alice);
  b.subscribe(carol, {request_id{1}, {{"get_retained", true}}, "com.topic"});
  out.take<subscribed>(carol);
  CHECK(out.take<event>(carol).args.values().args == list{value{"good"}});
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a policy hears who has unsubscribed, left, or lost a subscription") {
  const auto id = subscribe(alice, "com.topic");
  subscribe(bob, "com.topic");
  subscribe(carol, "com.topic");
  b.unsubscribe(alice, {request_id{2}, id});
  out.take<unsubscribed>(alice);
  REQUIRE(policy->gone.size() == 1);
  CHECK(policy->gone[0].session == alice);
  CHECK(policy->gone[0].topic == "com.topic");
  CHECK(policy->gone[0].attributes == dict{{"level", 3}});
  b.session_left(bob->id);
  REQUIRE(policy->gone.size() == 2);
  CHECK(policy->gone[1].session == bob);
  CHECK(b.revoke(id, "com.reason"));
  REQUIRE(policy->gone.size() == 3);
  CHECK(policy->gone[2].session == carol);
}

TEST_CASE_FIXTURE(fixture, "a subscription that is decided later is made then") {
  policy->waits = true;
  b.subscribe(alice, {request_id{4}, {}, "com.topic"});
  CHECK(out.empty());
  CHECK(b.is_undecided(alice->id));
  CHECK_FALSE(b.is_undecided(bob->id));
  (*policy->subscribing)(dict{});
  CHECK(out.empty()); // not in the broker's turn yet
  work_off();
  CHECK(out.take<subscribed>(alice).request == request_id{4});
  CHECK_FALSE(b.is_undecided(alice->id));
}

TEST_CASE_FIXTURE(fixture, "an event that is decided later reaches those who are still there") {
  const auto id = subscribe(bob, "com.topic");
  subscribe(carol, "com.topic");
  policy->waits = true;
  publish(alice, "news", {{"acknowledge", true}});
  CHECK(out.empty());
  b.unsubscribe(bob, {request_id{2}, id});
  out.take<unsubscribed>(bob);
  (*policy->publishing)(policy->asked);
  work_off();
  const auto e = out.take<event>(carol);
  CHECK(out.take<published>(alice).publication == e.publication);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "who is asked and gone has refused") {
  policy->waits = true;
  b.subscribe(alice, {request_id{4}, {}, "com.topic"});
  policy->subscribing.reset();
  work_off();
  CHECK(out.take<error>(alice).uri == uris::authorization_failed);
}
