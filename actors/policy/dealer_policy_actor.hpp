// A dealer's policy that is an actor: it may take its time, ask others, and keep state.
#pragma once

#include <wamp/actors/policy/dealer_policy.hpp>

#include <caf/all.hpp>

#include <memory>
#include <vector>

namespace wamp {

/// dealer_policy::register_
struct register_question {
  wamp::register_ request;
  session_ref who;
  decider<dict> decide;
};

/// dealer_policy::select
struct select_question {
  wamp::call what;
  std::vector<registered_procedure> procedures;
  session_ref caller;
  decider<selection> decide;
};

/// Answers by `decide`, not by a message. If it ends, everything is refused that it has not
/// decided, and all that comes.
using dealer_policy_actor = caf::typed_actor<
    caf::reacts_to<register_question>, caf::reacts_to<select_question>,
    caf::reacts_to<registered_procedure>>; // it has unregistered

std::shared_ptr<dealer_policy> policy_by(dealer_policy_actor decides);

} // namespace wamp

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::register_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::select_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::registered_procedure)
