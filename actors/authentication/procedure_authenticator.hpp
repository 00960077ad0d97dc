// A WAMP procedure decides who comes in, of this realm or of another: called with (realm, authid,
// details), as Crossbar.io's dynamic authenticators are. It answers with a role, with a dictionary
// {role, authid, extra} of which only the role must be there, or with null: no.
// Spec: "Authentication" (advanced profile), which leaves to the router how it decides.
#pragma once

#include <wamp/actors/authentication/authenticator.hpp>
#include <wamp/actors/random_ids.hpp>
#include <wamp/actors/router/procedure_caller.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace wamp {

struct deciding_procedure {
  std::shared_ptr<procedure_caller> realm; ///< whose it is
  std::string uri;
  std::chrono::milliseconds timeout{5'000};
};

/// For the method "ticket" it asks for the ticket, and hands that to the procedure. For any other
/// it asks for nothing: what the procedure has to go by is what HELLO and the connection say, and
/// who it gives no authid gets one that nobody can guess. Thread-safe: several realms may share
/// one.
class procedure_authenticator : public authenticator {
public:
  explicit procedure_authenticator(
      deciding_procedure procedure, random_source random = default_random_source())
      : procedure_(std::move(procedure)), random_(std::move(random)) {}

  void challenge(const login_ref& who, decider<auth_step> decide) override;
  void check_challenge(
      const login_ref& who, const auth_challenge& asked, const authenticate& response,
      decider<auth_step> decide) override;

private:
  void ask(const login_ref& who, const std::string* ticket, const decider<auth_step>& decide);

  deciding_procedure procedure_;
  std::mutex guard_; ///< of random_
  random_source random_;
  /// The last time: what goes on failing is not worth a line for each login.
  std::shared_ptr<std::atomic_bool> has_failed_ = std::make_shared<std::atomic_bool>(false);
};

} // namespace wamp
