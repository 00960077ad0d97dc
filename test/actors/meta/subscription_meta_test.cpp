// wamp.subscription.*, what the meta topics tell of subscriptions, and testaments: by a broker
// without actors.
#include <wamp/actors/broker/broker.hpp>
#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

using ids = std::vector<std::uint64_t>;
using maybe_id = std::optional<std::uint64_t>;
using names = std::vector<std::string>;

struct fixture {
  recorder out;
  broker b{settings(), out};
  session_ref one = make_session(1);
  session_ref two = make_session(2);
  session_ref asking = make_session(9);

  static realm_settings settings() {
    auto s = test_realm();
    s.wall_clock = [] {
      return std::chrono::system_clock::time_point{std::chrono::milliseconds{1'700'000'000'007}};
    };
    return s;
  }
  subscription_id listen(const session_ref& who, std::string topic, dict options = {}) {
    b.subscribe(who, {request_id{1}, std::move(options), std::move(topic)});
    return out.take<subscribed>(who).subscription;
  }
  template <class... Args>
  outgoing ask(const std::string& procedure, Args&&... args) {
    auto in = make_payload(std::forward<Args>(args)...);
    return b.answer(asking, call{request_id{5}, {}, procedure, std::move(in)});
  }
  template <class T, class... Args>
  T result_of(const std::string& procedure, Args&&... args) {
    auto answer = ask(procedure, std::forward<Args>(args)...);
    REQUIRE(std::holds_alternative<result>(answer));
    auto values = arguments_as<T>(std::get<result>(answer).args.values());
    REQUIRE(values);
    return std::get<0>(*values);
  }
  template <class... Args>
  std::string error_of(const std::string& procedure, Args&&... args) {
    auto answer = ask(procedure, std::forward<Args>(args)...);
    REQUIRE(std::holds_alternative<error>(answer));
    return std::get<error>(answer).uri;
  }
  /// What a session hears that listens to all meta topics of subscriptions, in order.
  names told() {
    names topics;
    while (out.next_is<event>()) {
      const auto e = out.take<event>(asking);
      topics.push_back(find<std::string>(e.details, "topic")->substr(18));
    }
    return topics;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "subscriptions are listed by policy, looked up and matched") {
  const std::string api = "wamp.subscription.";
  const auto exact = listen(one, "a.b.c").value();
  const auto prefix = listen(one, "a.b", {{"match", "prefix"}}).value();
  const auto wildcard = listen(one, "a..c", {{"match", "wildcard"}}).value();
  CHECK(
      result_of<dict>(api + "list")
      == dict{{"exact", list{exact}}, {"prefix", list{prefix}}, {"wildcard", list{wildcard}}});
  CHECK(result_of<maybe_id>(api + "lookup", "a.b.c") == exact);
  CHECK(result_of<maybe_id>(api + "lookup", "a.b", dict{{"match", "prefix"}}) == prefix);
  CHECK(result_of<maybe_id>(api + "lookup", "a.b") == maybe_id{});
  auto all = result_of<ids>(api + "match", "a.b.c");
  std::sort(all.begin(), all.end());
  CHECK(all == ids{exact, prefix, wildcard});
  CHECK(result_of<ids>(api + "match", "a.b.d") == ids{prefix});
  CHECK(result_of<std::optional<ids>>(api + "match", "x") == std::nullopt);
  CHECK(error_of(api + "lookup", "a.b", dict{{"match", 5}}) == uris::invalid_argument);
  CHECK(error_of(api + "fly") == uris::no_such_procedure);
}

TEST_CASE_FIXTURE(fixture, "get and the subscribers of a subscription") {
  const auto id = listen(one, "a.b").value();
  listen(two, "a.b");
  CHECK(
      result_of<dict>("wamp.subscription.get", id)
      == dict{
          {"id", id}, {"created", "2023-11-14T22:13:20.007Z"}, {"uri", "a.b"}, {"match", "exact"}});
  CHECK(result_of<ids>("wamp.subscription.list_subscribers", id) == ids{1, 2});
  CHECK(result_of<int>("wamp.subscription.count_subscribers", id) == 2);
  for (auto procedure : {"get", "list_subscribers", "count_subscribers"})
    CHECK(
        error_of(std::string{"wamp.subscription."} + procedure, id + 1)
        == uris::no_such_subscription);
}

TEST_CASE_FIXTURE(fixture, "meta events: created, subscribed, unsubscribed, deleted, in order") {
  listen(asking, "wamp.subscription.", {{"match", "prefix"}});
  told(); // its own
  const auto id = listen(one, "a.b");
  CHECK(told() == names{"on_create", "on_subscribe"});
  listen(one, "a.b"); // again: nothing new
  CHECK(told().empty());
  listen(two, "a.b");
  CHECK(told() == names{"on_subscribe"});
  b.unsubscribe(one, {request_id{2}, id});
  out.take<unsubscribed>(one);
  auto e = out.take<event>(asking);
  CHECK(e.args.values() == make_arguments(1, id.value()));
  CHECK(told().empty());
  b.session_left(two->id);
  CHECK(told() == names{"on_unsubscribe", "on_delete"});
  const auto other = listen(one, "a.c");
  e = out.take<event>(asking);
  CHECK(e.args.values().args[0] == value{1});
  CHECK(*find<std::string>(*e.args.values().args[1].get_if<dict>(), "uri") == "a.c");
  told();
  b.revoke(other, "a.reason");
  CHECK(told() == names{"on_unsubscribe", "on_delete"});
}

TEST_CASE_FIXTURE(fixture, "the realm's own events reach exact and pattern subscribers") {
  listen(one, "wamp.session.on_join");
  listen(two, "wamp..on_join", {{"match", "wildcard"}});
  b.publish(meta_event{meta_topics::session_joined, make_arguments(dict{{"session", 5}})});
  const auto e = out.take<event>(one);
  CHECK(e.args.values() == make_arguments(dict{{"session", 5}}));
  CHECK(e.details.empty());
  CHECK(out.take<event>(two).publication == e.publication);
  b.publish(meta_event{meta_topics::session_left, make_arguments(5, "a", "b")});
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "testaments are published when their session has ended, in order") {
  const std::string add = "wamp.session.add_testament";
  listen(one, "a.gone");
  ask(add, "a.gone", list{1}, dict{{"k", 1}});
  ask(add, "a.gone", list{2}, dict{}, kwargs{{"scope", "detached"}});
  ask(add, "a.gone", list{3}, dict{}, kwargs{{"scope", "destroyed"}});
  ask(add, "a.gone", list{4}, dict{}, kwargs{{"publish_options", dict{{"exclude", list{1}}}}});
  CHECK(out.empty());
  b.session_left(asking->id);
  CHECK(out.take<event>(one).args.values().args == list{2});
  CHECK(out.take<event>(one).args.values() == arguments{{1}, {{"k", 1}}});
  CHECK(out.take<event>(one).args.values().args == list{3});
  CHECK(out.empty()); // the fourth is not for it
  b.session_left(asking->id);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "testaments are taken back by scope, or all when nobody shall hear") {
  const std::string add = "wamp.session.add_testament";
  const std::string flush = "wamp.session.flush_testaments";
  listen(one, "a.gone");
  ask(add, "a.gone", list{1}, dict{});
  ask(add, "a.gone", list{2}, dict{}, kwargs{{"scope", "detached"}});
  CHECK(result_of<int>(flush) == 1);
  CHECK(result_of<int>(flush) == 0);
  b.session_left(asking->id);
  CHECK(out.take<event>(one).args.values().args == list{2});
  ask(add, "a.gone", list{1}, dict{});
  CHECK(result_of<int>(flush, kwargs{{"scope", "detached"}}) == 0);
  b.session_leaves_nothing(asking->id);
  b.session_left(asking->id);
  CHECK(out.empty());
}

TEST_CASE_FIXTURE(fixture, "a testament that could not be published is refused at once") {
  const std::string add = "wamp.session.add_testament";
  CHECK(error_of(add, "not a uri", list{}, dict{}) == uris::invalid_uri);
  CHECK(error_of(add, "wamp.mine", list{}, dict{}) == uris::invalid_uri);
  CHECK(error_of(add, "a.b", list{}, dict{}, kwargs{{"scope", "never"}}) == uris::invalid_argument);
  CHECK(
      error_of(add, "a.b", list{}, dict{}, kwargs{{"publish_options", dict{{"eligible", 5}}}})
      == uris::invalid_argument);
  CHECK(error_of(add, "a.b", 5) == uris::invalid_argument);
  CHECK(error_of("wamp.session.flush_testaments", kwargs{{"scope", 1}}) == uris::invalid_argument);
}

TEST_CASE_FIXTURE(fixture, "a session makes so many testaments and no more") {
  const std::string add = "wamp.session.add_testament";
  for (std::size_t i = 0; i < testaments::max_count; ++i)
    REQUIRE(std::holds_alternative<result>(ask(add, "a.b", list{i}, dict{})));
  CHECK(error_of(add, "a.b", list{}, dict{}) == uris::unavailable);
  ask("wamp.session.flush_testaments");
  CHECK(error_of(add, "a.b", list{std::string(testaments::max_bytes, 'x')}) == uris::unavailable);
  REQUIRE(std::holds_alternative<result>(ask(add, "a.b")));
}
