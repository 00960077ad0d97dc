// The session actor: one peer's way into a realm. Decodes what a socket brought, lets
// session_protocol decide, and carries its decisions to router, broker and dealer.
// Spawned by the gateway for each connection, and by applications for peers that are actors.
// Spec: "Sessions" (basic profile).
#pragma once

#include <wamp/actors/interfaces.hpp>
#include <wamp/actors/session/peer_link.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/slice.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace wamp {

/// Whole messages as one read of a socket completed them, in order.
struct frames {
  format encoding = format::json;
  std::vector<slice> messages;
};

struct link_event {
  enum class what : std::uint8_t { closed, deadline, violation };
  what happened = what::closed;
  std::string detail;
};

/// Makes the link once the session's handle is known; runs inside the new actor.
using link_factory = std::function<std::unique_ptr<peer_link>(const session_actor&)>;

/// Where a session's work is done.
struct session_place {
  /// Where it shall run, on a scheduler that cares (see io_scheduler); nullptr: anywhere.
  caf::execution_unit* home = nullptr;
  /// For its large messages; none: it decodes them itself.
  decoder_actor decoder;
};

/// A session for the peer behind the link, waiting for its HELLO. It ends itself when the link
/// reports `closed` or a peer without a socket is done with.
session_actor spawn_session(
    caf::actor_system& system, entrance_actor entrance, link_factory make_link,
    session_place place = {});

/// A session for an actor of this process: send it `hello`, receive `welcome`, and so on. No
/// socket and no encoding is involved. The session ends when the peer does, and the peer hears of
/// the session's end by GOODBYE or ABORT (or, if it died, by monitoring it).
session_actor spawn_session(caf::actor_system& system, entrance_actor entrance, peer_actor peer);

} // namespace wamp
