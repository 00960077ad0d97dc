// Gives a realm one of the ready-made methods (room auth), or another of their shape: what it has
// to work out for long is done on a slow_lane, so that the realm's router does not wait for it.
//
//   auto lane = std::make_shared<wamp::slow_lane>(); // for all methods of a program
//   realm.authentication = {wamp::way_in_by(method, lane)};
#pragma once

#include <wamp/actors/authentication/authenticator.hpp>
#include <wamp/actors/authentication/slow_lane.hpp>
#include <wamp/auth/server_method.hpp>

#include <memory>

namespace wamp {

using method_ref = std::shared_ptr<const server_method>;

/// Thread-safe: several realms may share one.
class method_authenticator : public authenticator {
public:
  explicit method_authenticator(
      method_ref method, std::shared_ptr<slow_lane> lane = std::make_shared<slow_lane>())
      : method_(std::move(method)), lane_(std::move(lane)) {}

  void challenge(const login_ref& who, decider<auth_step> decide) override;
  void check_challenge(
      const login_ref& who, const auth_challenge& asked, const authenticate& response,
      decider<auth_step> decide) override;

private:
  method_ref method_;
  std::shared_ptr<slow_lane> lane_;
};

/// Under the method's own name.
inline auth_method
way_in_by(method_ref method, std::shared_ptr<slow_lane> lane = std::make_shared<slow_lane>()) {
  const std::string name{method->name()};
  return {name, std::make_shared<method_authenticator>(std::move(method), std::move(lane))};
}

} // namespace wamp
