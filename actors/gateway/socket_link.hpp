// The link between a session actor and its peer's socket: encodes what goes out, in the format
// that the peer chose, and passes on what comes in. One per connection.
#pragma once

#include <wamp/actors/gateway/gateway_actor.hpp>
#include <wamp/actors/session/peer_link.hpp>

namespace wamp {

/// Starts the connection; from then on its messages arrive at `session` as `frames`.
std::unique_ptr<peer_link> make_socket_link(
    std::shared_ptr<connection> peer, const session_actor& session,
    const session_timeouts& timeouts);

} // namespace wamp
