// The client actor: an application's way into a realm. Runs a client_core on a CAF actor, joins a
// realm of a router in the same actor system or anywhere, and joins it again when the session ends.
// Spawned by `client`, or by applications that are actors themselves and talk to it by messages.
#pragma once

#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/client/router_way.hpp>
#include <wamp/actors/interfaces.hpp>

#include <functional>

namespace wamp {

struct remote_router;

/// The client says GOODBYE, and ends.
struct stop_client {
  std::string reason = "wamp.close.normal";
};

using client_actor = peer_actor::extend<
    // -- from actors of the application; an ERROR comes as caf::error, see wamp_error_of() --
    caf::replies_to<call>::with<result>, // the final one
    /// At once with publication 0 unless the message's options ask for an acknowledgement.
    caf::replies_to<publish>::with<published>, caf::replies_to<get_atom>::with<client_status>,
    // -- from `client` --
    caf::reacts_to<client_task>, caf::reacts_to<stop_client>>;

/// Starts at once. It ends itself after stop_client, or when it gives up (see reconnect_settings).
/// `router` may be the gateway's actor, which knows all realms.
client_actor
spawn_client(caf::actor_system& system, client_settings settings, const entrance_actor& router);

/// The same for a router anywhere.
client_actor
spawn_client(caf::actor_system& system, client_settings settings, const remote_router& router);

/// An ERROR as the error of a CAF request, and back; nullptr if it is none of ours.
caf::error to_caf_error(error e);
const error* wamp_error_of(const caf::error& e);

} // namespace wamp

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::stop_client)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::client_status)
