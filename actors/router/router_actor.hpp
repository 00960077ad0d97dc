// The router actor of one realm: lets sessions in, sees them out, and supervises. It starts the
// realm's broker and dealer; when one of them fails, all sessions get GOODBYE and a new pair
// takes over. Spawned by the gateway, or by any CAF application. Spec: "Realms, Sessions".
#pragma once

#include <wamp/actors/interfaces.hpp>

namespace wamp {

router_actor spawn_router(caf::actor_system& system, realm_settings settings);

} // namespace wamp
