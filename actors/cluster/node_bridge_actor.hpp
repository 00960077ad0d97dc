// Stands for a client on another CAF node beside its session: the session sees a peer of its own
// process, the client an actor that takes and sends encoded messages. Spawned by the directory.
#pragma once

#include <wamp/actors/cluster/node_end.hpp>
#include <wamp/actors/cluster/node_interfaces.hpp>
#include <wamp/actors/interfaces.hpp>

namespace wamp {

/// Ends with its client, or its session, whichever is first.
node_peer_actor spawn_node_bridge(
    caf::actor_system& system, const entrance_actor& entrance, const node_peer_actor& client,
    const node_link_settings& settings);

} // namespace wamp
