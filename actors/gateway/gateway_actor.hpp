// The gateway actor: bridges sockets to session actors, knows every realm by name, and starts a
// router anew that failed. Spawned by `gateway`, which owns the listeners.
#pragma once

#include <wamp/actors/interfaces.hpp>
#include <wamp/transport/connection.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace wamp {

/// A peer has finished its transport handshake.
struct accepted {
  std::shared_ptr<connection> peer;
  caf::execution_unit* home; ///< where its session shall live; nullptr: anywhere
};

/// Who decides in one of the realms from here on: see set_authorizer.
struct realm_authorizer {
  std::string realm;
  std::shared_ptr<authorizer> by;
};

/// Asks to be told when no peer has a session any more.
using drained_atom = caf::atom_constant<caf::atom("drained")>;

using gateway_actor = entrance_actor::extend<
    caf::reacts_to<accepted>,  // spawns the session of the peer
    caf::reacts_to<shut_down>, // no more sessions; those that are there are ended, for good
    caf::replies_to<drained_atom>::with<bool>, // true, when the last session is gone
    caf::replies_to<realm_authorizer>::with<bool>, // false: there is no such realm
    caf::replies_to<get_atom>::with<std::vector<realm_summary>>>;

/// How long peers may take for what they have to say.
struct session_timeouts {
  std::chrono::milliseconds hello{10'000};
  std::chrono::milliseconds authenticate{10'000}; ///< for each CHALLENGE
  std::chrono::milliseconds goodbye{5'000};
};

gateway_actor spawn_gateway(
    caf::actor_system& system, std::vector<realm_settings> realms, session_timeouts timeouts);

} // namespace wamp

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::accepted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::realm_authorizer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<wamp::realm_summary>)
