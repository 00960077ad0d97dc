// A broker's policy that is an actor: it may take its time, ask others, and keep state.
//
//   wamp::realm_settings realm;
//   realm.broker = wamp::policy_by(my_policy_actor);
#pragma once

#include <wamp/actors/policy/broker_policy.hpp>

#include <caf/all.hpp>

#include <memory>
#include <vector>

namespace wamp {

/// broker_policy::subscribe
struct subscribe_question {
  wamp::subscribe request;
  session_ref who;
  decider<dict> decide;
};

/// broker_policy::publish
struct publish_question {
  publication what;
  session_ref publisher;
  std::vector<subscribed_session> receivers;
  decider<std::vector<subscribed_session>> decide;
};

/// Answers by `decide`, not by a message. If it ends, everything is refused that it has not
/// decided, and all that comes.
using broker_policy_actor = caf::typed_actor<
    caf::reacts_to<subscribe_question>, caf::reacts_to<publish_question>,
    caf::reacts_to<subscribed_session>>; // it has unsubscribed

std::shared_ptr<broker_policy> policy_by(broker_policy_actor decides);

} // namespace wamp

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::subscribe_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::publish_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::subscribed_session)
