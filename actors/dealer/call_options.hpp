// What the dealer knows of CALL.Options. They hold for the whole call, and are kept with it where
// it may be sent to a callee later: what it does not know is not. Pure.
// Spec: "Remote Procedure Calls" (basic and advanced profile).
#pragma once

#include <wamp/actors/payload_passthru.hpp>
#include <wamp/serialization/value.hpp>

#include <chrono>
#include <cstdint>

namespace wamp {

struct call_options {
  bool receive_progress = false;
  bool disclose_me = false;
  bool progress = false;                ///< more CALLs follow
  std::chrono::milliseconds timeout{0}; ///< 0: none
  dict passthru = {};                   ///< what describes arguments that only the peers understand

  static call_options from(const dict& options) {
    if (options.empty())
      return {};
    const auto timeout = find<std::int64_t>(options, "timeout");
    call_options result{
        flag(options, "receive_progress"), flag(options, "disclose_me"), flag(options, "progress"),
        std::chrono::milliseconds{timeout ? *timeout : 0}};
    if (is_passed_through(options))
      pass_attributes_on(options, result.passthru);
    return result;
  }
};

} // namespace wamp
