// The dealer actor: hands each message to the pure dealer and sends what it decides.
// Spawned by its realm's router. Spec: "Remote Procedure Calls" (basic profile).
#pragma once

#include <wamp/actors/interfaces.hpp>

namespace wamp {

/// `broker` is the next to be told that a session has left.
dealer_actor spawn_dealer(
    caf::actor_system& system, const realm_settings& settings, const router_actor& router,
    broker_actor broker);

} // namespace wamp
