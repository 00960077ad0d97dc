#include <wamp/actors/session/session_info.hpp>

namespace wamp {

client_features client_features::from(const dict& hello_details) {
  client_features result;
  auto roles = find<dict>(hello_details, "roles");
  auto callee = roles ? find<dict>(*roles, "callee") : nullptr;
  auto features = callee ? find<dict>(*callee, "features") : nullptr;
  if (!features)
    return result;
  // Both spellings stand in the specification.
  result.callee_call_canceling =
      flag(*features, "call_canceling") || flag(*features, "call_cancelling");
  result.callee_call_timeout = flag(*features, "call_timeout");
  result.callee_progressive_call_results = flag(*features, "progressive_call_results");
  result.callee_registration_revocation = flag(*features, "registration_revocation");
  return result;
}

} // namespace wamp
