// What the dealer knows of CALL.Options. They hold for the whole call, and are kept with it where
// it may be sent to a callee later: what it does not know is not. Pure.
// Spec: "Remote Procedure Calls" (basic and advanced profile).
#pragma once

#include <wamp/actors/payload_passthru.hpp>
#include <wamp/serialization/value.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace wamp {

struct call_options {
  bool receive_progress = false;
  bool disclose_me = false;
  bool progress = false;                ///< more CALLs follow
  std::chrono::milliseconds timeout{0}; ///< 0: none
  std::string rkey = {};                ///< the resource that it is about; empty: none
  dict details = {}; ///< for INVOCATION.Details: of passthru mode, and what a policy wants there
  bool is_passed_through = false; ///< only the peers understand the arguments

  static call_options from(const dict& options) {
    if (options.empty())
      return {};
    const auto timeout = find<std::int64_t>(options, "timeout");
    call_options result{
        flag(options, "receive_progress"), flag(options, "disclose_me"), flag(options, "progress"),
        std::chrono::milliseconds{timeout ? *timeout : 0}};
    if (const auto rkey = find<std::string>(options, "rkey"))
      result.rkey = *rkey;
    result.is_passed_through = wamp::is_passed_through(options);
    if (result.is_passed_through)
      pass_attributes_on(options, result.details);
    return result;
  }
};

} // namespace wamp
