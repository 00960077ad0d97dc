#include <wamp/actors/session/session_info.hpp>

namespace wamp {

client_features client_features::from(const dict& hello_details) {
  client_features result;
  auto roles = find<dict>(hello_details, "roles");
  auto callee = roles ? find<dict>(*roles, "callee") : nullptr;
  auto features = callee ? find<dict>(*callee, "features") : nullptr;
  if (features)
    // Both spellings stand in the specification.
    result.callee_call_canceling =
        flag(*features, "call_canceling") || flag(*features, "call_cancelling");
  return result;
}

} // namespace wamp
