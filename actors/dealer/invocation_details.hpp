// What an INVOCATION tells its callee of the call and of who makes it. Pure; any thread.
// Spec: "Caller Identification", "Call Trust Levels", "Progressive Call Results",
// "Call Timeouts", "Pattern-based Registrations", "Payload Passthru Mode" (advanced profile).
#pragma once

#include <wamp/actors/dealer/call_options.hpp>
#include <wamp/actors/dealer/registration.hpp>
#include <wamp/actors/realm_settings.hpp>

#include <string_view>

namespace wamp {

class invocation_details {
public:
  explicit invocation_details(const realm_settings& settings)
      : disclose_callers_(settings.disclose_callers), trustlevel_(settings.trustlevel) {}

  dict
  of(const session_info& caller, const call_options& options, std::string_view procedure,
     const registration& entry, const callee& to) const;

private:
  disclosure disclose_callers_;
  trust_policy trustlevel_;
};

/// Whether the callee looks after the timeout itself, and does not just want to.
inline bool forwards_timeout(const callee& to) noexcept {
  return to.forward_timeout && to.session->features.callee_call_timeout;
}

/// Of a callee that can not be stopped, nobody wants more and more results.
inline bool may_progress(const session_info& callee, const call_options& options) noexcept {
  return options.receive_progress && callee.features.callee_progressive_call_results
         && callee.features.callee_call_canceling;
}

} // namespace wamp
