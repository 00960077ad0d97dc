// Decodes large messages on a thread of its own, so that those of other sessions, which share
// their thread with the large one's, need not wait. Spawned by the gateway, for all its sessions.
#pragma once

#include <wamp/actors/interfaces.hpp>

namespace wamp {

/// From here on a message is large: some tenths of a millisecond to decode.
inline constexpr std::size_t large_message = std::size_t{256} << 10U;

/// A thread that waits for work; send it an exit message when it is needed no more.
decoder_actor spawn_decoder(caf::actor_system& system);

} // namespace wamp
