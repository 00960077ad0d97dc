// Who may join, and what WELCOME and ABORT say.
#include <wamp/actors/router/admission.hpp>
#include <wamp/serialization/uris.hpp>
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

} // namespace

TEST_CASE("anonymous comes in, asked for or by default, with a name of its own") {
  auto realm = test::test_realm();
  auto source = default_random_source();
  auto first = admit(hello_with(some_role()), realm, source);
  REQUIRE(first);
  CHECK(first->authmethod == "anonymous");
  CHECK(first->authrole == "anonymous");
  CHECK(first->authid.size() == 14);
  auto details = some_role();
  details.set("authmethods", list{"ticket", "anonymous"});
  auto second = admit(hello_with(details), realm, source);
  REQUIRE(second);
  CHECK(second->authid != first->authid);
}

TEST_CASE("a HELLO for another realm is refused, whoever hands it in") {
  auto refused = admit({"another", some_role()}, test::test_realm(), default_random_source());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == uris::no_such_realm);
}

TEST_CASE("methods that the realm does not have are no_matching_auth_method") {
  auto details = some_role();
  details.set("authmethods", list{"ticket", "wampcra"});
  auto refused = admit(hello_with(details), test::test_realm(), default_random_source());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == uris::no_matching_auth_method);
}

TEST_CASE("HELLO without any known role: ABORT in strict realms, accepted in lenient ones") {
  auto strict = test::test_realm();
  auto lenient = test::test_realm();
  lenient.request_ids = request_id_rules::lenient;
  auto source = default_random_source();
  for (auto& details :
       {dict{}, dict{{"roles", dict{}}}, dict{{"roles", dict{{"juggler", dict{}}}}}}) {
    auto refused = admit(hello_with(details), strict, source);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == uris::protocol_violation);
    CHECK(admit(hello_with(details), lenient, source));
  }
  for (auto role : {"publisher", "subscriber", "caller", "callee"})
    CHECK(admit(hello_with({{"roles", dict{{role, dict{}}}}}), strict, source));
}

TEST_CASE("WELCOME says who and where, and announces what works, no more") {
  auto w = greet(session_id{5}, {"id", "role", "method", "provider"}, test::test_realm());
  CHECK(w.session == session_id{5});
  CHECK(*w.details.find("realm") == value{"realm1"});
  CHECK(*w.details.find("authid") == value{"id"});
  CHECK(*w.details.find("authrole") == value{"role"});
  CHECK(*w.details.find("authmethod") == value{"method"});
  CHECK(*w.details.find("authprovider") == value{"provider"});
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
