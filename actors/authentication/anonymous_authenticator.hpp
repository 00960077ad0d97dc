// Lets everybody in, under a name that nobody can guess. What a realm has whose settings list no
// method. Thread-safe: several realms may share one. Spec: "Authentication" (advanced profile).
#pragma once

#include <wamp/actors/authentication/authenticator.hpp>
#include <wamp/actors/random_ids.hpp>

#include <mutex>
#include <string>

namespace wamp {

class anonymous_authenticator : public authenticator {
public:
  /// `role`: what those who come in that way get as their authrole.
  explicit anonymous_authenticator(
      std::string role = "anonymous", random_source random = default_random_source())
      : role_(std::move(role)), random_(std::move(random)) {}

  void challenge(const login_ref& who, decider<auth_step> decide) override;

private:
  std::string role_;
  std::mutex guard_; ///< of random_
  random_source random_;
};

} // namespace wamp
