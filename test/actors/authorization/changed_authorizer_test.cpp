// What becomes of a realm's sessions when another decides what they may do.
#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/realm.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace wamp;
using namespace wamp::test;

namespace {

/// Everything below "com.", but for those with names in `not_these`.
std::shared_ptr<authorizer> all_but(const std::vector<std::string>& not_these) {
  permission all{"com.", match_policy::prefix, true, true, true, true};
  role r{"anonymous", {all}};
  for (const auto& uri : not_these)
    r.permissions.push_back({uri});
  return authorize_by_roles({r});
}

struct fixture {
  deterministic_realm realm{settings()};
  client& joe = realm.stranger();

  fixture() {
    joe.send(hello{
        "realm1",
        {{"roles", dict{
                       {"subscriber", dict{{"features", dict{{"subscription_revocation", true}}}}},
                       {"callee", dict{{"features", dict{{"registration_revocation", true}}}}}}}}});
    realm.run();
    joe.take<welcome>();
  }
  static realm_settings settings() {
    auto s = test_realm();
    s.authorize = all_but({});
    s.trustlevel = [](const session_info&, action, std::string_view uri) {
      return uri == "com.boom" ? throw std::runtime_error{"sabotage"} : std::nullopt;
    };
    return s;
  }
  void change(std::shared_ptr<authorizer> by) {
    caf::anon_send(realm.router(), set_authorizer{std::move(by)});
    realm.run();
  }
  template <class Request>
  void send(Request r) {
    joe.send(std::move(r));
    realm.run();
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "it holds for the next request of each session") {
  send(publish{request_id{1}, {{"acknowledge", true}}, "com.a", {}});
  joe.take<published>();
  send(call{request_id{2}, {}, "com.a", {}});
  CHECK(joe.take<error>().uri == uris::no_such_procedure);
  change(all_but({"com.a"}));
  send(publish{request_id{3}, {{"acknowledge", true}}, "com.a", {}});
  CHECK(joe.take<error>().uri == uris::not_authorized);
  send(call{request_id{4}, {}, "com.a", {}});
  CHECK(joe.take<error>().uri == uris::not_authorized);
  send(publish{request_id{5}, {{"acknowledge", true}}, "com.b", {}});
  joe.take<published>();
  change(nullptr);
  send(publish{request_id{6}, {{"acknowledge", true}}, "org.a", {}});
  joe.take<published>();
}

TEST_CASE_FIXTURE(fixture, "who has what is not allowed any more loses it, and is told") {
  send(subscribe{request_id{1}, {}, "com.a"});
  const auto lost = joe.take<subscribed>().subscription;
  send(subscribe{request_id{2}, {{"match", "prefix"}}, "com."});
  const auto kept = joe.take<subscribed>().subscription;
  send(register_{request_id{3}, {}, "com.a"});
  const auto served = joe.take<registered>().registration;
  change(all_but({"com.a"}));
  const auto no_procedure = joe.take<unregistered>();
  CHECK(
      *find<std::int64_t>(no_procedure.details, "registration")
      == static_cast<int>(served.value()));
  CHECK(*find<std::string>(no_procedure.details, "reason") == uris::not_authorized);
  const auto no_topic = joe.take<unsubscribed>();
  CHECK(*find<std::int64_t>(no_topic.details, "subscription") == static_cast<int>(lost.value()));
  CHECK(*find<std::string>(no_topic.details, "reason") == uris::not_authorized);
  CHECK(joe.silent());
  change(all_but({"com.b"}));
  auto& ann = realm.join();
  for (const auto* topic : {"com.a", "com.b"}) // the pattern brings what is allowed by its name
    ann.send(publish{request_id{topic == std::string{"com.a"} ? 1U : 2U}, {}, topic, {}});
  realm.run();
  CHECK(joe.take<event>().subscription == kept);
  CHECK(joe.silent());
  change(all_but({}));
  ann.send(publish{request_id{3}, {}, "com.b", {}});
  realm.run();
  CHECK(joe.take<event>().subscription == kept);
}

TEST_CASE_FIXTURE(fixture, "a broker and a dealer that follow others know who decides") {
  change(all_but({"com.a"}));
  send(publish{request_id{1}, {}, "com.boom", {}}); // the broker fails: see settings()
  CHECK(joe.take<goodbye>().reason == uris::close_realm);
  auto& ann = realm.join();
  for (const auto* topic : {"com.a", "com.b"})
    ann.send(publish{
        request_id{topic == std::string{"com.a"} ? 1U : 2U}, {{"acknowledge", true}}, topic, {}});
  realm.run();
  CHECK(ann.take<error>().uri == uris::not_authorized);
  ann.take<published>();
}
