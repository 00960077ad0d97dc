// wamp.subscription.get_events: the past of topics that the realm keeps, by a broker without
// actors.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/actors/router/admission.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/scripted_store.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

struct fixture {
  explicit fixture(event_store_maker store = default_event_store) : make_store(std::move(store)) {}

  event_store_maker make_store;
  recorder out;
  std::int64_t now = 1'700'000'000'000;
  broker b{settings(), out};
  session_ref publisher = make_session(1);
  session_ref asking = make_session(2, "ann");

  realm_settings settings() {
    auto s = test_realm();
    s.event_history = {{"a.b", match_policy::exact}, {"a.", match_policy::prefix}};
    s.wall_clock = [this] {
      return std::chrono::system_clock::time_point{std::chrono::milliseconds{now++}};
    };
    s.make_event_store = make_store;
    s.authorize = authorize_by([](const session_info&, action what, std::string_view uri) {
      return what != action::subscribe || !uri.ends_with("secret");
    });
    return s;
  }
  void publish(std::string topic, int n, dict options = {}) {
    b.publish(
        publisher,
        wamp::publish{request_id{1}, std::move(options), std::move(topic), make_payload(n)});
  }
  void ask(std::uint64_t subscription, const kwargs& query = {}) {
    b.call(
        asking,
        call{request_id{5}, {}, "wamp.subscription.get_events", make_payload(subscription, query)});
  }
  std::vector<dict> events(std::uint64_t subscription, const kwargs& query = {}) {
    ask(subscription, query);
    return events_in(out.take<result>(asking));
  }
  static std::vector<dict> events_in(const result& answer) {
    CHECK(answer.request == request_id{5});
    std::vector<dict> all;
    for (const auto& e : answer.args.values().args)
      all.push_back(*e.get_if<dict>());
    return all;
  }
  std::vector<std::int64_t> numbers(std::uint64_t subscription, const kwargs& query = {}) {
    std::vector<std::int64_t> all;
    for (const auto& e : events(subscription, query))
      all.push_back(*find<list>(e, "args")->front().get_if<std::int64_t>());
    return all;
  }
  std::string error_of(std::uint64_t subscription, const kwargs& query = {}) {
    ask(subscription, query);
    const auto answer = out.take<error>(asking);
    CHECK(answer.request == request_id{5});
    CHECK(answer.request_type == message_code::call);
    return answer.uri;
  }
};

using all = std::vector<std::int64_t>;
constexpr std::uint64_t exact = 1; // in the order of the settings
constexpr std::uint64_t prefix = 2;

} // namespace

TEST_CASE_FIXTURE(fixture, "the past is there before anybody has subscribed, in order") {
  publish("a.b", 1);
  publish("a.c", 2);
  publish("a.b", 3);
  publish("x.y", 4);
  CHECK(numbers(exact) == all{1, 3});
  CHECK(numbers(prefix) == all{1, 2, 3});
  const auto first = events(prefix).front();
  CHECK(*find<std::string>(first, "timestamp") == "2023-11-14T22:13:20.002Z");
  CHECK(first.find("subscription")->data() == value{prefix}.data());
  CHECK(*find<dict>(first, "details") == dict{{"topic", "a.b"}});
  CHECK(*find<dict>(events(exact).front(), "details") == dict{});
  CHECK_FALSE(first.contains("kwargs"));
}

TEST_CASE_FIXTURE(fixture, "what is asked for: order, number, topic") {
  for (int n = 1; n <= 5; ++n)
    publish(n % 2 ? "a.b" : "a.c", n);
  CHECK(numbers(prefix, {{"limit", 2}}) == all{1, 2});
  CHECK(numbers(prefix, {{"reverse", true}, {"limit", 2}}) == all{5, 4});
  CHECK(numbers(prefix, {{"topic", "a.c"}}) == all{2, 4});
  CHECK(error_of(prefix, {{"limit", "many"}}) == uris::invalid_argument);
}

TEST_CASE_FIXTURE(fixture, "nobody reads what it could not have heard") {
  publish("a.b", 1, {{"eligible", list{2}}}); // for sessions: not kept
  publish("a.b", 2, {{"exclude_authid", list{"ann"}}});
  publish("a.b", 3, {{"eligible_authid", list{"ann"}}});
  publish("a.secret", 4);
  CHECK(numbers(exact) == all{3});
  CHECK(numbers(prefix) == all{3});
}

TEST_CASE_FIXTURE(fixture, "the subscription stays when its subscribers go") {
  publish("a.b", 1);
  b.subscribe(asking, {request_id{1}, {}, "a.b"});
  CHECK(out.take<subscribed>(asking).subscription == subscription_id{exact});
  b.unsubscribe(asking, {request_id{2}, subscription_id{exact}});
  out.take<unsubscribed>(asking);
  CHECK(numbers(exact) == all{1});
  b.subscribe(asking, {request_id{3}, {}, "a.b"});
  out.take<subscribed>(asking);
  b.session_left(asking->id);
  b.subscribe(publisher, {request_id{1}, {}, "a.b"});
  out.take<subscribed>(publisher);
  b.revoke(subscription_id{exact}, "a.reason");
  out.clear();
  publish("a.b", 2);
  CHECK(out.empty());
  CHECK(numbers(exact) == all{1, 2});
}

TEST_CASE_FIXTURE(fixture, "what has no past, and what is not there") {
  b.subscribe(asking, {request_id{1}, {}, "x.y"});
  const auto other = out.take<subscribed>(asking).subscription.value();
  publish("x.y", 1);
  out.take<event>(asking);
  CHECK(numbers(other).empty());
  CHECK(error_of(99) == uris::no_such_subscription);
}

TEST_CASE_FIXTURE(fixture, "a realm that keeps a past announces it") {
  const auto says = [](const realm_settings& s) {
    const auto w = greet(session_id{5}, {"id", "role", "method", "provider"}, s);
    const auto role = find<dict>(*find<dict>(w.details, "roles"), "broker");
    return find<dict>(*role, "features")->contains("event_history");
  };
  CHECK(says(settings()));
  CHECK_FALSE(says(test_realm()));
}

TEST_CASE("event history: the answer waits for the store, and nobody else for it") {
  scripted_store store;
  fixture f{store.maker()};
  f.publish("a.b", 1);
  store.finish();
  f.ask(exact);
  f.publish("a.b", 2);
  CHECK(f.out.empty());
  store.finish();
  CHECK(f.events_in(f.out.take<result>(f.asking)).size() == 2);
  CHECK(f.out.empty());
}

TEST_CASE("event history: who has left meanwhile is not answered") {
  scripted_store store;
  fixture f{store.maker()};
  f.ask(exact);
  f.b.session_left(f.asking->id);
  store.finish();
  CHECK(f.out.empty());
}

TEST_CASE("event history: a store that cannot be read") {
  scripted_store store;
  fixture f{store.maker()};
  f.ask(exact);
  store.finish(false);
  CHECK(f.out.take<error>(f.asking).uri == uris::unavailable);
}

TEST_CASE("event history: PUBLISHED waits until the past has the event") {
  scripted_store store;
  fixture f{store.maker()};
  f.publish("a.b", 1, {{"acknowledge", true}});
  f.publish("x.y", 2, {{"acknowledge", true}}); // this one is in no history
  f.out.take<published>(f.publisher);
  CHECK(f.out.empty());
  store.finish();
  f.out.take<published>(f.publisher);
  CHECK(f.out.empty());
}
