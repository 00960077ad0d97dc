// What a client is subscribed to, over sessions; the router is the test.
#include <wamp/actors/client/subscriptions.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/fake_router.hpp>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture : fake_router {
  subscriptions subscribed_to{client};
  std::vector<std::string> heard;
  answers<subscription_id> outcomes;

  void on_joined(const welcome& m) override {
    fake_router::on_joined(m);
    subscribed_to.on_joined();
  }
  void on_ended(std::string_view reason, std::string_view text) override {
    fake_router::on_ended(reason, text);
    subscribed_to.on_ended();
  }
  void on_event(const event& m) override { subscribed_to.on_event(m); }
  void on_revoked(subscription_id id, const dict&) override { subscribed_to.on_revoked(id); }

  subscriber_key add(std::string name, std::string topic = "a.b", dict options = {}) {
    return subscribed_to.add(
        std::move(topic), std::move(options),
        [this, name = std::move(name)](const event&) { heard.push_back(name); }, outcomes.keep());
  }
  void remove(subscriber_key key) { CHECK(subscribed_to.remove(key, outcomes.keep())); }

  /// Answers the SUBSCRIBE that was sent.
  wamp::subscribe grant(std::uint64_t id) {
    auto m = take<wamp::subscribe>();
    client.receive(subscribed{m.request, subscription_id{id}});
    return m;
  }
  void send_event(std::uint64_t id) {
    client.receive(event{subscription_id{id}, publication_id{1}, {}, {}});
  }
  std::vector<std::string> take_heard() { return std::exchange(heard, {}); }
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(fixture, "a handler gets the events of its subscription") {
  join();
  add("a", "a.b", {{"match", "prefix"}});
  const auto m = grant(31);
  CHECK(m.topic == "a.b");
  CHECK(m.options == dict{{"match", "prefix"}});
  CHECK(outcomes.take() == subscription_id{31});
  send_event(31);
  send_event(32);
  CHECK(take_heard() == names{"a"});
}

TEST_CASE_FIXTURE(fixture, "handlers of one topic share a subscription") {
  join();
  auto a = add("a");
  auto b = add("b"); // before the answer
  grant(31);
  auto c = add("c"); // after it
  CHECK(to_router.empty());
  CHECK(outcomes.all.size() == 3);
  send_event(31);
  CHECK(take_heard() == names{"a", "b", "c"});
  remove(a);
  remove(c);
  CHECK(to_router.empty());
  send_event(31);
  CHECK(take_heard() == names{"b"});
  remove(b);
  CHECK(take<unsubscribe>().subscription == subscription_id{31});
  send_event(31); // it has crossed
  CHECK(heard.empty());
  CHECK(subscribed_to.size() == 0);
}

TEST_CASE_FIXTURE(fixture, "other options of one match are another request, but one subscription") {
  join();
  auto a = add("a");
  auto b = add("b", "a.b", {{"get_retained", true}});
  grant(31);
  grant(31);
  send_event(31);
  CHECK(take_heard() == names{"a", "b"});
  remove(a);
  CHECK(to_router.empty());
  send_event(31);
  CHECK(take_heard() == names{"b"});
  remove(b);
  take<unsubscribe>();
}

TEST_CASE_FIXTURE(fixture, "who leaves does not take a subscription from who just comes") {
  join();
  auto a = add("a");
  grant(31);
  add("b", "a.b", {{"get_retained", true}});
  remove(a); // an UNSUBSCRIBE would come behind the SUBSCRIBE of b
  grant(31);
  CHECK(to_router.empty());
  send_event(31);
  CHECK(take_heard() == names{"b"});
}

TEST_CASE_FIXTURE(fixture, "an ERROR is told, and nothing stays") {
  join();
  add("a");
  const auto m = take<wamp::subscribe>();
  client.receive(
      error{message_code::subscribe, m.request, {}, std::string{uris::not_authorized}, {}});
  CHECK(outcomes.take_error().uri == uris::not_authorized);
  CHECK(subscribed_to.size() == 0);
  CHECK(ends.empty());
}

TEST_CASE_FIXTURE(fixture, "what is subscribed before there is a session waits for it") {
  add("a");
  CHECK(to_router.empty());
  CHECK(outcomes.all.empty());
  client.join(hello{"realm1", {}});
  take<hello>();
  client.receive(welcome{session_id{7}, {}});
  grant(31);
  CHECK(outcomes.take() == subscription_id{31});
}

TEST_CASE_FIXTURE(fixture, "each session subscribes anew, with the original options") {
  join();
  auto a = add("a", "a.b", {{"match", "wildcard"}});
  add("b", "c.d");
  grant(31);
  client.connection_lost("gone"); // one was answered, the other was not
  CHECK(outcomes.take() == subscription_id{31});
  CHECK(outcomes.all.empty());
  to_router.clear();
  send_event(31);
  CHECK(heard.empty());
  join();
  CHECK(grant(41).options == dict{{"match", "wildcard"}});
  CHECK(grant(42).topic == "c.d");
  CHECK(outcomes.take() == subscription_id{42});
  send_event(41);
  send_event(42);
  CHECK(take_heard() == names{"a", "b"});
  remove(a);
  client.connection_lost("gone again");
  to_router.clear();
  join();
  CHECK(grant(51).topic == "c.d");
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(fixture, "removed while SUBSCRIBE is under way, it is unsubscribed then") {
  join();
  auto a = add("a");
  remove(a);
  CHECK(outcomes.all.size() == 2); // the removal, and the request that it ended
  grant(31);
  CHECK(take<unsubscribe>().subscription == subscription_id{31});
  CHECK(subscribed_to.size() == 0);
  CHECK_FALSE(subscribed_to.remove(a, outcomes.keep()));
}

TEST_CASE_FIXTURE(fixture, "a handler may remove itself and others") {
  join();
  subscriber_key a = 0;
  subscriber_key b = 0;
  a = subscribed_to.add(
      "a.b", {},
      [&](const event&) {
        heard.emplace_back("a");
        remove(a);
        remove(b);
      },
      outcomes.keep());
  b = add("b");
  add("c");
  grant(31);
  send_event(31);
  CHECK(take_heard() == names{"a", "c"});
  send_event(31);
  CHECK(take_heard() == names{"c"});
}

TEST_CASE_FIXTURE(fixture, "a revoked subscription is gone for good") {
  join();
  add("a");
  grant(31);
  client.receive(unsubscribed{{}, {{"subscription", 31}}});
  CHECK(subscribed_to.size() == 0);
  client.connection_lost("gone");
  join();
  CHECK(to_router.empty());
}

TEST_CASE_FIXTURE(
    fixture, "what can not be sent in a new session is sent when something is answered") {
  join();
  add("a", "a.a");
  grant(1);
  outcomes.take();
  add("b", "a.b");
  grant(2);
  outcomes.take();
  client.connection_lost("gone");
  client.join({"realm1", {}});
  to_router.clear();
  answer = sent::full;
  client.receive(welcome{session_id{9}, {}});
  CHECK(to_router.empty());
  answer = sent::yes;
  add("c", "a.c");
  grant(3);
  outcomes.take();
  CHECK(grant(4).topic == "a.a");
  CHECK(grant(5).topic == "a.b");
  send_event(5);
  CHECK(take_heard() == names{"b"});
}
