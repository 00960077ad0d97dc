// What crosses the border between two CAF nodes: encoded messages, in batches, and the handles that
// carry them. Every type here is serialisable, and known to systems whose configuration went
// through use_nodes().
#pragma once

#include <caf/all.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace wamp {

/// What one turn of one end has for the other.
struct node_frames {
  std::vector<std::string> messages; ///< MessagePack, in order; none: a sign of life
  std::uint64_t handled = 0;         ///< how many bytes of the other's messages, since the start
  bool last = false;                 ///< this end is done
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_frames& x) {
  return f(caf::meta::type_name("wamp::node_frames"), x.messages, x.handled, x.last);
}

/// Either end: a client, and the bridge that stands for it beside its session.
using node_peer_actor = caf::typed_actor<caf::reacts_to<node_frames>>;

/// It is time for a sign of life.
using beat_atom = caf::atom_constant<caf::atom("beat")>;

using enter_atom = caf::atom_constant<caf::atom("enter")>;

/// One per node, published: lets clients of other nodes in, with how often both ends give a sign of
/// life, in milliseconds. The answer is whom to say HELLO to; it lives as long as the client does.
using directory_actor = caf::typed_actor<
    caf::replies_to<enter_atom, node_peer_actor, std::uint64_t>::with<node_peer_actor>>;

} // namespace wamp
