// Takes out of an established TLS session what it can be bound to, and who is at its other end.
// Used by tls_stream. Spec: RFC 5929, RFC 9266, RFC 7627.
#pragma once

#include <wamp/transport/peer_details.hpp>

struct ssl_st;

namespace wamp {

/// Of either side.
tls_details details_of(ssl_st* session);

} // namespace wamp
