// One publication that the broker has let through: what the EVENTs of all its subscriptions are
// made of, at once or, for those who come later, out of an event store.
// Immutable. Spec: "Publishing and Events" (basic profile).
#pragma once

#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/payload.hpp>
#include <wamp/serialization/value.hpp>

#include <string>

namespace wamp {

struct publication {
  publication_id id = {};
  session_id publisher = {};
  dict options = {}; ///< of the PUBLISH: who may receive it (see audience)
  std::string topic = {};
  dict details = {}; ///< of its EVENTs, whatever the subscription
  payload args = {};
};

} // namespace wamp
