// The client actor: an application's way into a realm. Runs a client_core on a CAF actor, joins a
// realm of a router in the same actor system or anywhere, and joins it again when the session ends.
// Spawned by `client`, or by applications that are actors themselves and talk to it by messages.
#pragma once

#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/client/client_line.hpp>
#include <wamp/actors/client/target.hpp>
#include <wamp/actors/cluster/node_interfaces.hpp>
#include <wamp/actors/interfaces.hpp>

#include <memory>

namespace wamp {

struct remote_router;
struct remote_node;
struct attach_subscriber; // an actor wants the events of a topic
struct detach_subscriber;
struct attach_procedure; // an actor serves a procedure
struct detach_procedure;

/// The client says GOODBYE, and ends.
struct stop_client {
  std::string reason = "wamp.close.normal";
};

/// Somebody waits for a session.
using joined_atom = caf::atom_constant<caf::atom("joined")>;
/// Something was posted on the client's line.
using work_atom = caf::atom_constant<caf::atom("work")>;

/// Whoever wants events: each as it came, in order. See subscriber_actor.hpp for ready ones.
using subscriber_actor = caf::typed_actor<caf::reacts_to<event>>;

/// Whoever serves a procedure. It may answer later, by a response promise, and with the error that
/// to_caf_error() makes; any other error is wamp.error.runtime_error.
using procedure_actor = caf::typed_actor<caf::replies_to<invocation>::with<arguments>>;

using client_actor = peer_actor::extend<
    // -- from actors of the application; an ERROR comes as caf::error, see wamp_error_of() --
    caf::replies_to<call>::with<result>, // the final one
    /// At once with publication 0 unless the message's options ask for an acknowledgement.
    caf::replies_to<publish>::with<published>,
    /// Set up in every session, until it is detached or the actor ends. Answered by the first
    /// session's answer, or by its ERROR, after which it is detached.
    caf::replies_to<attach_subscriber>::with<subscribed>,
    caf::replies_to<detach_subscriber>::with<unsubscribed>,
    caf::replies_to<attach_procedure>::with<registered>,
    caf::replies_to<detach_procedure>::with<unregistered>,
    caf::replies_to<get_atom>::with<client_status>,
    /// When there is a session, or the ERROR that ended the client.
    caf::replies_to<joined_atom>::with<session_id>, caf::reacts_to<stop_client>,
    // -- from itself, by the number of the alarm, and its line --
    caf::reacts_to<work_atom>, caf::reacts_to<alarm_atom, std::uint64_t>,
    caf::reacts_to<beat_atom, std::uint64_t>, // with the number of the attempt
    // -- from a session on another node --
    caf::reacts_to<node_frames>>;

struct attach_subscriber {
  target topic;
  subscriber_actor who;
};

struct detach_subscriber {
  std::string topic;
  subscriber_actor who;
};

struct attach_procedure {
  target procedure;
  procedure_actor who;
};

struct detach_procedure {
  std::string procedure;
  procedure_actor who;
};

/// Starts at once. It ends itself after stop_client, or when it gives up (see reconnect_settings).
/// `router` may be the gateway's actor, which knows all realms. `line`: a new one, by which other
/// threads may reach the client without a message. Throws std::invalid_argument if there is no
/// router.
client_actor spawn_client(
    caf::actor_system& system, client_settings settings, const entrance_actor& router,
    std::shared_ptr<client_line> line = std::make_shared<client_line>());

/// The same for a router anywhere. Throws std::invalid_argument if it names no thread or no URL.
client_actor spawn_client(
    caf::actor_system& system, client_settings settings, const remote_router& router,
    std::shared_ptr<client_line> line = std::make_shared<client_line>());

/// The same for a router on another CAF node.
client_actor spawn_client(
    caf::actor_system& system, client_settings settings, const remote_node& router,
    std::shared_ptr<client_line> line = std::make_shared<client_line>());

/// An ERROR as the error of a CAF request, and back; nullptr if it is none of ours.
caf::error to_caf_error(error e);
caf::error to_caf_error(const wamp_error& e);
const error* wamp_error_of(const caf::error& e);
/// The error as a sentence, whichever it is.
std::string describe(const caf::error& e);

} // namespace wamp

#define WAMP_LOCAL_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::type)
WAMP_LOCAL_MESSAGE(arguments)
WAMP_LOCAL_MESSAGE(attach_procedure)
WAMP_LOCAL_MESSAGE(attach_subscriber)
WAMP_LOCAL_MESSAGE(call)
WAMP_LOCAL_MESSAGE(client_status)
WAMP_LOCAL_MESSAGE(detach_procedure)
WAMP_LOCAL_MESSAGE(detach_subscriber)
WAMP_LOCAL_MESSAGE(error)
WAMP_LOCAL_MESSAGE(event)
WAMP_LOCAL_MESSAGE(invocation)
WAMP_LOCAL_MESSAGE(publish)
WAMP_LOCAL_MESSAGE(published)
WAMP_LOCAL_MESSAGE(registered)
WAMP_LOCAL_MESSAGE(result)
WAMP_LOCAL_MESSAGE(stop_client)
WAMP_LOCAL_MESSAGE(subscribed)
WAMP_LOCAL_MESSAGE(unregistered)
WAMP_LOCAL_MESSAGE(unsubscribed)
#undef WAMP_LOCAL_MESSAGE
