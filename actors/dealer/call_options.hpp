// What the dealer knows of CALL.Options. They hold for the whole call, and are kept with it where
// it may be sent to a callee later: what it does not know is not. Pure.
// Spec: "Remote Procedure Calls" (basic and advanced profile).
#pragma once

#include <wamp/serialization/value.hpp>

namespace wamp {

struct call_options {
  bool receive_progress = false;
  bool disclose_me = false;

  static call_options from(const dict& options) {
    if (options.empty())
      return {};
    return {flag(options, "receive_progress"), flag(options, "disclose_me")};
  }
};

} // namespace wamp
