// One way in for several realms of a program: sends each HELLO to the router of its realm. A
// gateway is one already. Used by applications, for clients that are to find their realm by its
// name.
#pragma once

#include <wamp/actors/interfaces.hpp>

#include <string>
#include <utility>
#include <vector>

namespace wamp {

/// Ends with the last that holds it. The routers are not its own: they stay.
entrance_actor
spawn_entrance(caf::actor_system& system, std::vector<std::pair<std::string, router_actor>> realms);

} // namespace wamp
