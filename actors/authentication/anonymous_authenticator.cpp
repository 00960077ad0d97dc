#include <wamp/actors/authentication/anonymous_authenticator.hpp>
#include <wamp/auth/anonymous.hpp>

#include <utility>

namespace wamp {

void anonymous_authenticator::challenge(const login_ref& who, decider<auth_step> decide) {
  static_cast<void>(who);
  std::unique_lock lock{guard_};
  const auto random = random_();
  lock.unlock();
  admission how{anonymous::identify(random)};
  how.who.authrole = role_;
  decide(auth_step{std::move(how)});
}

} // namespace wamp
