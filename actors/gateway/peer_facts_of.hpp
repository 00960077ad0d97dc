// What a connection knows of its peer, in the words of authentication. Used by links to sockets and
// by clients; on any thread.
#pragma once

#include <wamp/auth/peer_facts.hpp>
#include <wamp/transport/connection.hpp>

#include <optional>

namespace wamp {

/// Of who connected to a router. The peer of a Unix socket has the socket's name for an address.
peer_ref facts_of(const connection& peer);

/// Of either end; nothing without TLS.
std::optional<channel_bindings> channel_bindings_of(const connection& peer);

} // namespace wamp
