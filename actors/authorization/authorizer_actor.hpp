// An authorizer that is an actor: it may take its time, ask others, and keep state.
//
//   wamp::realm_settings realm;
//   realm.authorize = wamp::authorize_by(my_authorizer_actor);
#pragma once

#include <wamp/actors/authorization/authorizer.hpp>

#include <caf/all.hpp>

#include <memory>

namespace wamp {

/// authorizer::ask
struct authorization_question {
  authorization_request request;
  decider<permit> decide;
};

/// Answers by `decide`, not by a message. If it ends, everything fails that it has not decided, and
/// all that comes.
using authorizer_actor = caf::typed_actor<caf::reacts_to<authorization_question>>;

std::shared_ptr<authorizer> authorize_by(authorizer_actor decides);

} // namespace wamp

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::authorization_question)
