// Who may join, and what WELCOME and ABORT say.
#include <wamp/actors/router/admission.hpp>
#include <wamp/serialization/uris.hpp>
#include <wamp/test/support/authenticators.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;

namespace {

hello hello_with(dict details) {
  return {"realm1", std::move(details)};
}
dict some_role() {
  return {{"roles", dict{{"subscriber", dict{}}}}};
}

realm_settings realm_with(std::initializer_list<const char*> methods) {
  auto realm = test::test_realm();
  for (auto name : methods)
    realm.authentication.push_back({name, std::make_shared<test::ticket_authenticator>()});
  return realm;
}
/// The names of the methods, or the ABORT's reason.
std::string ways_of(list offered, const realm_settings& realm) {
  auto details = some_role();
  details.set("authmethods", std::move(offered));
  const auto ways = ways_in(hello_with(details), realm);
  if (!ways)
    return ways.error().reason;
  std::string names;
  for (const auto& way : *ways)
    names += way.name + ' ';
  return names;
}

} // namespace

TEST_CASE("of what a client offers, the realm's order counts") {
  const auto realm = realm_with({"cookie", "wampcra", "ticket"});
  CHECK(ways_of({"ticket", "wampcra"}, realm) == "wampcra ticket ");
  CHECK(ways_of({"ticket", "x_unknown"}, realm) == "ticket ");
  CHECK(ways_of({"ticket", "ticket", 5}, realm) == "ticket ");
}

TEST_CASE("who offers no method offers anonymous") {
  const auto realm = realm_with({"ticket", "anonymous"});
  CHECK(ways_of({}, realm) == "anonymous ");
  const auto ways = ways_in(hello_with(some_role()), realm);
  REQUIRE(ways);
  REQUIRE(ways->size() == 1);
  CHECK(ways->front().by == realm.authentication[1].by);
  CHECK(ways_of({}, realm_with({"ticket"})) == uris::no_matching_auth_method);
  CHECK(ways_of({"ticket"}, realm) == "ticket "); // and who offers others does not
}

TEST_CASE("a HELLO for another realm is refused, whoever hands it in") {
  auto refused = ways_in({"another", some_role()}, realm_with({"anonymous"}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == uris::no_such_realm);
}

TEST_CASE("methods that the realm does not have are no_matching_auth_method") {
  CHECK(ways_of({"ticket", "wampcra"}, realm_with({"anonymous"})) == uris::no_matching_auth_method);
}

TEST_CASE("HELLO without any known role: ABORT in strict realms, accepted in lenient ones") {
  auto strict = realm_with({"anonymous"});
  auto lenient = strict;
  lenient.request_ids = request_id_rules::lenient;
  for (auto& details :
       {dict{}, dict{{"roles", dict{}}}, dict{{"roles", dict{{"juggler", dict{}}}}}}) {
    auto refused = ways_in(hello_with(details), strict);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == uris::protocol_violation);
    CHECK(ways_in(hello_with(details), lenient));
  }
  for (auto role : {"publisher", "subscriber", "caller", "callee"})
    CHECK(ways_in(hello_with({{"roles", dict{{role, dict{}}}}}), strict));
}

TEST_CASE("WELCOME says who and where, and announces what works, no more") {
  auto w = greet(session_id{5}, {"id", "role", "method", "provider"}, test::test_realm());
  CHECK(w.session == session_id{5});
  CHECK(*w.details.find("realm") == value{"realm1"});
  CHECK(*w.details.find("authid") == value{"id"});
  CHECK(*w.details.find("authrole") == value{"role"});
  CHECK(*w.details.find("authmethod") == value{"method"});
  CHECK(*w.details.find("authprovider") == value{"provider"});
  CHECK_FALSE(w.details.contains("authextra"));
  CHECK(
      *w.details.find("roles")
      == value{dict{
          {"broker",
           dict{
               {"features",
                dict{
                    {"event_retention", true},
                    {"pattern_based_subscription", true},
                    {"payload_passthru_mode", true},
                    {"publisher_exclusion", true},
                    {"publisher_identification", true},
                    {"session_meta_api", true},
                    {"sharded_subscription", true},
                    {"subscriber_blackwhite_listing", true},
                    {"subscription_meta_api", true},
                    {"subscription_revocation", true}}}}},
          {"dealer",
           dict{
               {"features",
                dict{
                    {"call_canceling", true},
                    {"call_reroute", true},
                    {"call_timeout", true},
                    {"caller_identification", true},
                    {"pattern_based_registration", true},
                    {"payload_passthru_mode", true},
                    {"progressive_call_invocations", true},
                    {"progressive_call_results", true},
                    {"registration_meta_api", true},
                    {"registration_revocation", true},
                    {"session_meta_api", true},
                    {"sharded_registration", true},
                    {"shared_registration", true},
                    {"testament_meta_api", true},
                }}}},
      }});
}

TEST_CASE("WELCOME carries what the method has for the client") {
  const auto w = greet(session_id{5}, {}, test::test_realm(), {{"verifier", "v"}});
  CHECK(*w.details.find("authextra") == value{dict{{"verifier", "v"}}});
}

TEST_CASE("WELCOME announces what the realm's settings make of its broker and dealer") {
  const auto features_of = [](std::string_view role, const realm_settings& settings) {
    const auto w = greet(session_id{5}, {"id", "role", "method", "provider"}, settings);
    const auto found = find<dict>(*find<dict>(w.details, "roles"), role);
    return *find<dict>(*found, "features");
  };
  auto settings = test::test_realm();
  CHECK_FALSE(features_of("broker", settings).contains("publication_trustlevels"));
  settings.trustlevel = [](const session_info&, action, std::string_view) { return 1; };
  CHECK(flag(features_of("broker", settings), "publication_trustlevels"));
  CHECK(flag(features_of("dealer", settings), "call_trustlevels"));
  settings.disclose_callers = disclosure::never;
  CHECK_FALSE(features_of("dealer", settings).contains("caller_identification"));
  settings.disclose_publishers = disclosure::never;
  CHECK_FALSE(features_of("broker", settings).contains("publisher_identification"));
}

TEST_CASE("a callee's call_canceling is read in both spellings") {
  for (auto spelling : {"call_canceling", "call_cancelling"}) {
    auto details = dict{{"roles", dict{{"callee", dict{{"features", dict{{spelling, true}}}}}}}};
    CHECK(client_features::from(details).callee_call_canceling);
  }
  CHECK_FALSE(client_features::from(some_role()).callee_call_canceling);
}

TEST_CASE("what publishers and subscribers announce is read") {
  const auto announced = [](const char* role, const char* feature) {
    return client_features::from(
        {{"roles", dict{{role, dict{{"features", dict{{feature, true}}}}}}}});
  };
  CHECK(announced("publisher", "payload_passthru_mode").publisher_payload_passthru);
  CHECK_FALSE(announced("subscriber", "payload_passthru_mode").publisher_payload_passthru);
  CHECK(announced("subscriber", "subscription_revocation").subscriber_revocation);
  CHECK_FALSE(announced("publisher", "subscription_revocation").subscriber_revocation);
}

TEST_CASE("random ids cover 1..2^53 and nothing else") {
  CHECK(random_id<session_id>([] { return std::uint64_t{0}; }).value() == 1);
  CHECK(random_id<session_id>([] { return max_id - 1; }).value() == max_id);
  CHECK(random_id<session_id>([] { return ~std::uint64_t{0}; }).value() == max_id);
}
