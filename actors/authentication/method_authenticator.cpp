#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/serialization/uris.hpp>

#include <utility>

namespace wamp {

namespace {

void settle(const decider<auth_step>& decide, auth_answer answer) {
  if (answer)
    decide(std::move(*answer));
  else
    decide.deny(std::move(answer.error().uri), std::move(answer.error().text));
}

} // namespace

void method_authenticator::challenge(const login_ref& who, decider<auth_step> decide) {
  if (method_->suits(*who))
    settle(decide, method_->challenge(*who));
  else
    decide.deny(std::string{uris::no_matching_auth_method});
}

void method_authenticator::check_challenge(
    const login_ref& who, const auth_challenge& asked, const authenticate& response,
    decider<auth_step> decide) {
  if (!method_->is_slow())
    return settle(decide, method_->check(*who, asked, response));
  const bool is_taken = lane_->run(
      [method = method_, who, asked, response, decide] {
        settle(decide, method->check(*who, asked, response));
      },
      [decide] { return decide.is_awaited(); });
  if (!is_taken)
    decide.deny(std::string{uris::unavailable}, "too many are logging in");
}

} // namespace wamp
