// What decides who comes into a realm: one signature for all methods, ready-made ones and an
// application's own. Given to a realm by realm_settings::authentication.
// Spec: "Authentication" (advanced profile).
#pragma once

#include <wamp/actors/policy/decision.hpp>
#include <wamp/auth/login.hpp>

#include <memory>
#include <string>

namespace wamp {

/// Called by the realm's router; nothing of it may block. The same object may be given to several
/// realms if it is thread-safe. The decision may come at once, or later and from any thread; the
/// peer waits for it, and nobody else does. A denial's URI and text are the ABORT's: with
/// wamp.error.authentication_denied and no text nothing is told of why. What throws, or does not
/// decide, is answered with wamp.error.authentication_failed.
class authenticator {
public:
  virtual ~authenticator() = default;

  /// The first step of a login: a CHALLENGE, or an admission at once. A denial with
  /// wamp.error.no_matching_auth_method says that this method has nothing to go by for this peer,
  /// such as no cookie or no certificate: the next that it offers is tried.
  virtual void challenge(const login_ref& who, decider<auth_step> decide) = 0;

  /// What the answer to `asked` leads to.
  virtual void check_challenge(
      const login_ref& who, const auth_challenge& asked, const authenticate& response,
      decider<auth_step> decide) {
    static_cast<void>(who);
    static_cast<void>(asked);
    static_cast<void>(response);
    decide.deny(std::string{uris::authentication_failed}, "this method asks nothing");
  }
};

/// One way into a realm.
struct auth_method {
  std::string name; ///< as in HELLO.Details.authmethods
  std::shared_ptr<authenticator> by;
};

} // namespace wamp
