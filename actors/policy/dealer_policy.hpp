// What an application may decide in place of the dealer: who registers, and which callee serves a
// call. Given to a realm by realm_settings::dealer. When and how it decides: as a broker_policy.
#pragma once

#include <wamp/actors/policy/decision.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/uri.hpp>

#include <string>
#include <utility>
#include <vector>

namespace wamp {

/// One callee's part in a registration.
struct registered_procedure {
  registration_id registration;
  match_policy match = match_policy::exact;
  std::string uri = {}; ///< or the pattern of procedures
  session_ref callee = {};
  dict attributes = {}; ///< what the policy gave it when it registered
};

/// Who serves a call.
struct selection {
  session_id callee = {}; ///< none: whoever's turn it is by the registration's `invoke`
  dict details = {};      ///< for INVOCATION.Details, beside what the router says there
};

class dealer_policy {
public:
  virtual ~dealer_policy() = default;

  /// May `who` register so? The attributes are kept with the registration, for the functions below.
  virtual void
  register_(const wamp::register_& request, const session_ref& who, decider<dict> decide) {
    static_cast<void>(request);
    static_cast<void>(who);
    decide(dict{});
  }

  /// Which of `procedures`, all callees that have room for the call, serves it? The call's payload
  /// may be looked at, which decodes it.
  virtual void select(
      const wamp::call& what, const std::vector<registered_procedure>& procedures,
      const session_ref& caller, decider<selection> decide) {
    static_cast<void>(what);
    static_cast<void>(procedures);
    static_cast<void>(caller);
    decide(selection{});
  }

  /// It has unregistered, left, or lost the registration.
  virtual void unregistered(const registered_procedure& which) { static_cast<void>(which); }
};

} // namespace wamp
