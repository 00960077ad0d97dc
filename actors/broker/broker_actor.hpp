// The broker actor: hands each message to the pure broker and sends what it decides.
// Spawned by its realm's router. Spec: "Publish and Subscribe" (basic profile).
#pragma once

#include <wamp/actors/interfaces.hpp>

namespace wamp {

/// `router` is told when the broker, the last in the row, has forgotten a session.
broker_actor
spawn_broker(caf::actor_system& system, const realm_settings& settings, router_actor router);

} // namespace wamp
