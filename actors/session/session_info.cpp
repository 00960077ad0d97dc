#include <wamp/actors/session/session_info.hpp>

namespace wamp {

const dict* features_of(std::string_view role, const dict& details) {
  const auto roles = find<dict>(details, "roles");
  const auto wanted = roles ? find<dict>(*roles, role) : nullptr;
  return wanted ? find<dict>(*wanted, "features") : nullptr;
}

client_features client_features::from(const dict& hello_details) {
  client_features result;
  if (const auto publisher = features_of("publisher", hello_details))
    result.publisher_payload_passthru = flag(*publisher, "payload_passthru_mode");
  if (const auto subscriber = features_of("subscriber", hello_details))
    result.subscriber_revocation = flag(*subscriber, "subscription_revocation");
  if (const auto caller = features_of("caller", hello_details)) {
    result.caller_payload_passthru = flag(*caller, "payload_passthru_mode");
    result.caller_progressive_call_invocations = flag(*caller, "progressive_call_invocations");
  }
  const auto features = features_of("callee", hello_details);
  if (!features)
    return result;
  // Both spellings stand in the specification.
  result.callee_call_canceling =
      flag(*features, "call_canceling") || flag(*features, "call_cancelling");
  result.callee_call_reroute = flag(*features, "call_reroute");
  result.callee_call_timeout = flag(*features, "call_timeout");
  result.callee_payload_passthru = flag(*features, "payload_passthru_mode");
  result.callee_progressive_call_invocations = flag(*features, "progressive_call_invocations");
  result.callee_progressive_call_results = flag(*features, "progressive_call_results");
  result.callee_registration_revocation = flag(*features, "registration_revocation");
  return result;
}

} // namespace wamp
