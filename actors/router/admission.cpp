#include <wamp/actors/router/admission.hpp>
#include <wamp/actors/version.hpp>
#include <wamp/auth/anonymous.hpp>
#include <wamp/serialization/uris.hpp>

#include <algorithm>
#include <array>

namespace wamp {

namespace {

abort refuse_join(std::string_view reason, std::string text) {
  return {dict{{"message", value{std::move(text)}}}, std::string{reason}, {}};
}

bool names_a_role(const dict& details) {
  static constexpr std::array known{"publisher", "subscriber", "caller", "callee"};
  auto roles = find<dict>(details, "roles");
  return roles && std::any_of(known.begin(), known.end(), [&](auto role) {
           return roles->contains(role);
         });
}

constexpr std::array broker_has{
    "event_retention",         "pattern_based_subscription",    "payload_passthru_mode",
    "publisher_exclusion",     "publisher_identification",      "session_meta_api",
    "sharded_subscription",    "subscriber_blackwhite_listing", "subscription_meta_api",
    "subscription_revocation",
};

constexpr std::array dealer_has{
    "call_canceling",
    "call_reroute",
    "call_timeout",
    "caller_identification",
    "pattern_based_registration",
    "payload_passthru_mode",
    "progressive_call_invocations",
    "progressive_call_results",
    "registration_meta_api",
    "registration_revocation",
    "session_meta_api",
    "sharded_registration",
    "shared_registration",
    "testament_meta_api",
};

} // namespace

tl::expected<identity, abort>
admit(const hello& request, const realm_settings& realm, const random_source& random) {
  if (request.realm != realm.name)
    return tl::unexpected{no_such_realm(request.realm)};
  // The rule is the specification's; several clients in the field announce nothing.
  if (realm.request_ids == request_id_rules::strict && !names_a_role(request.details))
    return tl::unexpected{
        refuse_join(uris::protocol_violation, "HELLO.Details.roles names no known role")};
  if (!anonymous::offered_by(request))
    return tl::unexpected{refuse_join(
        uris::no_matching_auth_method,
        "realm " + realm.name + " takes the authentication method anonymous")};
  return anonymous::identify(random());
}

welcome greet(session_id id, const identity& who, const realm_settings& realm) {
  dict broker_features;
  for (auto feature : broker_has)
    broker_features.set(feature, true);
  if (realm.disclose_publishers == disclosure::never)
    broker_features.erase("publisher_identification");
  if (!realm.event_history.empty())
    broker_features.set("event_history", true);
  dict dealer_features;
  for (auto feature : dealer_has)
    dealer_features.set(feature, true);
  if (realm.disclose_callers == disclosure::never)
    dealer_features.erase("caller_identification");
  if (realm.trustlevel) {
    broker_features.set("publication_trustlevels", true);
    dealer_features.set("call_trustlevels", true);
  }
  return {
      id, dict{
              {"roles",
               dict{
                   {"broker", dict{{"features", std::move(broker_features)}}},
                   {"dealer", dict{{"features", std::move(dealer_features)}}}}},
              {"agent", agent},
              {"realm", realm.name},
              {"authid", who.authid},
              {"authrole", who.authrole},
              {"authmethod", who.authmethod},
              {"authprovider", who.authprovider},
          }};
}

abort no_such_realm(std::string_view realm) {
  return refuse_join(uris::no_such_realm, "there is no realm " + std::string{realm});
}

} // namespace wamp
