// CAF's actors on the threads that own the sockets: a message from socket to session to broker to
// session to socket is then one pass on one thread, without a hand-over and without a lock.
// Used by programs whose actors mostly wait for sockets, such as the gateway; an actor that blocks
// blocks the sockets, so spawn such ones `detached`.
//
// Every actor has a home, the thread on which it runs first and from then on always: a session
// may touch its socket without asking where it is. An actor spawned by an actor lives where its
// parent does; others are dealt out to the threads in turn.
#pragma once

#include <caf/fwd.hpp>

#include <vector>

namespace wamp {

class io_thread;

/// Makes an actor system built from `config` run its actors on `threads`, at least one, which the
/// scheduler starts and joins with the system. Call before the actor_system is constructed.
/// Nobody else may run the threads, and they must outlive the system.
void use_io_scheduler(caf::actor_system_config& config, std::vector<io_thread*> threads);

/// The home of actors that live on the calling thread, to be an actor_config's host; nullptr if no
/// io_scheduler runs actors here. Good as long as its system.
caf::execution_unit* this_threads_home() noexcept;

} // namespace wamp
