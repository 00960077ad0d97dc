// CAF's actors on the thread that owns the sockets: a message from socket to session to broker to
// session to socket is then one pass on one thread, without a hand-over and without a lock.
// Used by programs whose actors mostly wait for sockets, such as the gateway; an actor that blocks
// blocks the sockets, so spawn such ones `detached`.
#pragma once

#include <caf/fwd.hpp>

namespace boost::asio {
class io_context;
}

namespace wamp {

/// Makes an actor system built from `config` run its actors on `context`, in one thread that the
/// scheduler starts and joins with the system. Call before the actor_system is constructed; nobody
/// else may run `context`, which must outlive the system and must not run out of work.
void use_asio_scheduler(caf::actor_system_config& config, boost::asio::io_context& context);

} // namespace wamp
