// An authenticator that is an actor: it may take its time, ask others, and keep state.
//
//   wamp::realm_settings realm;
//   realm.authentication = {{"ticket", wamp::authenticator_by(my_authenticator_actor)}};
#pragma once

#include <wamp/actors/authentication/authenticator.hpp>

#include <caf/all.hpp>

#include <memory>

namespace wamp {

/// authenticator::challenge
struct challenge_question {
  login_ref who;
  decider<auth_step> decide;
};

/// authenticator::check_challenge
struct check_question {
  login_ref who;
  auth_challenge asked;
  authenticate response;
  decider<auth_step> decide;
};

/// Answers by `decide`, not by a message. If it ends, nobody comes in whom it has not decided
/// about, nor who comes later.
using authenticator_actor =
    caf::typed_actor<caf::reacts_to<challenge_question>, caf::reacts_to<check_question>>;

std::shared_ptr<authenticator> authenticator_by(authenticator_actor decides);

} // namespace wamp

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::challenge_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::check_question)
