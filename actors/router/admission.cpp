#include <wamp/actors/router/admission.hpp>
#include <wamp/actors/version.hpp>
#include <wamp/auth/anonymous.hpp>
#include <wamp/serialization/uris.hpp>

#include <algorithm>
#include <array>

namespace wamp {

namespace {

bool names_a_role(const dict& details) {
  static constexpr std::array known{"publisher", "subscriber", "caller", "callee"};
  auto roles = find<dict>(details, "roles");
  return roles && std::any_of(known.begin(), known.end(), [&](auto role) {
           return roles->contains(role);
         });
}

/// Who names no method means "anonymous".
bool offers(const dict& details, std::string_view method) {
  const auto offered = find<list>(details, "authmethods");
  if (!offered || offered->empty())
    return method == anonymous::method;
  return std::any_of(offered->begin(), offered->end(), [&](const value& v) {
    const auto name = v.get_if<std::string>();
    return name && *name == method;
  });
}

std::string names_of(const realm_settings& realm) {
  std::string all;
  for (const auto& method : realm.authentication)
    all += (all.empty() ? "" : ", ") + method.name;
  return all;
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

tl::expected<std::vector<auth_method>, abort>
ways_in(const hello& request, const realm_settings& realm) {
  if (request.realm != realm.name)
    return tl::unexpected{no_such_realm(request.realm)};
  // The rule is the specification's; several clients in the field announce nothing.
  if (realm.request_ids == request_id_rules::strict && !names_a_role(request.details))
    return tl::unexpected{
        refuse_join(uris::protocol_violation, "HELLO.Details.roles names no known role")};
  std::vector<auth_method> ways;
  for (const auto& method : realm.authentication)
    if (offers(request.details, method.name))
      ways.push_back(method);
  if (ways.empty())
    return tl::unexpected{refuse_join(
        uris::no_matching_auth_method,
        "realm " + realm.name + " takes the authentication methods " + names_of(realm))};
  return ways;
}

welcome
greet(session_id id, const identity& who, const realm_settings& realm, const dict& authextra) {
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
  welcome m{
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
  if (!authextra.empty())
    m.details.set("authextra", authextra);
  return m;
}

abort refuse_join(std::string_view reason, std::string_view text) {
  return {text.empty() ? dict{} : dict{{"message", text}}, std::string{reason}, {}};
}

abort no_such_realm(std::string_view realm) {
  return refuse_join(uris::no_such_realm, "there is no realm " + std::string{realm});
}

} // namespace wamp
