// Every actor of the house and every message between them: the architecture on one page.
//
//   socket -> connection -> session -> broker | dealer -> session -> connection -> socket
//
// The router of a realm lets sessions in and watches over its one broker and one dealer; it is
// not on the way of a message. A session actor stands for one peer: a socket's, or an actor's.
// What one turn of an actor has for another travels as one batch, in order, as all of it leaves
// a socket in one write: most of the cost of passing a message on is the passing, not the message.
//
// These interfaces are for actors of one process: they carry shared objects, not copies.
#pragma once

#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/actors/meta/meta_topics.hpp>
#include <wamp/actors/meta/summaries.hpp>
#include <wamp/actors/realm_settings.hpp>
#include <wamp/actors/requests.hpp>
#include <wamp/actors/router/procedure_caller.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/in_flight.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/messages.hpp>

#include <caf/all.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

struct frames;         // what one read of a socket brought
struct broker_batch;   // what a session asks of its broker
struct dealer_batch;   // what a session asks of its dealer, and its answers to invocations
struct outgoing_batch; // what broker or dealer have for a session's peer
struct event_batch;    // events that a broker has for a session's peer
struct client_batch;   // what a client that is an actor has for its session
struct session_batch;  // what a session has for a client that is an actor
struct large_frame;    // a message that takes long to decode
struct decoded;        // that message
struct link_event;     // what happened to a socket
struct join_request;   // a session asks a router to let it in
struct challenged;     // the router wants to know more before it does
struct login_answer;   // and what the peer says to that
struct joined;         // the router did
struct rejected;       // the router did not
struct end_session;    // the router ends a session
struct shut_down;      // a router or gateway ends all its sessions, for good
struct meta_call;      // a session asks what router or broker know, by way of the dealer
struct without_a_word; // a session ends of which nobody shall hear
struct decided;        // who was asked has decided, or an event store is done, later than at once
struct realm_summary;  // what a router tells of itself
// what a program asks a router, beside that (see realm_control for those who are no actors)
struct list_sessions;
struct list_subscriptions;
struct list_procedures;
struct list_invocations;
struct revoke_subscription;
struct revoke_registration;
struct kill_session;
struct set_authorizer;

/// What the handlers on a message's way return. Of one that returns void CAF makes a response,
/// to find out then that nobody waits for it.
using no_answer = caf::delegated<void>;

/// Broker and dealer have forgotten a session: travels router -> dealer -> broker -> router ->
/// session, so that nobody meets a session that is gone.
using left_atom = caf::atom_constant<caf::atom("left")>;
/// A session says that it is over, however that came.
using leave_atom = caf::atom_constant<caf::atom("leave")>;
/// An actor has set an alarm for itself.
using alarm_atom = caf::atom_constant<caf::atom("alarm")>;
using get_atom = caf::atom_constant<caf::atom("get")>;

/// An actor that is a WAMP client: all it needs to be one. (One on another node: see
/// cluster/node_interfaces.hpp.)
using peer_actor = caf::typed_actor<caf::reacts_to<session_batch>>;

/// What a realm sends to whoever is in it, or wants to be.
using member_actor = caf::typed_actor<
    // -- from broker and dealer, for the peer --
    caf::reacts_to<event_batch>, caf::reacts_to<outgoing_batch>,
    caf::reacts_to<credit>, // so much of the session's work is done
    // -- from the router --
    caf::reacts_to<joined>, caf::reacts_to<rejected>, caf::reacts_to<end_session>,
    caf::reacts_to<left_atom>>; // the realm has forgotten the session

/// One per connected peer.
using session_actor = member_actor::extend<
    // -- from its socket --
    caf::reacts_to<frames>,     // decoded, checked and carried out in order
    caf::reacts_to<link_event>, // the connection closed, or the peer took too long
    // -- from the decoder --
    caf::reacts_to<decoded>,
    // -- from the router --
    caf::reacts_to<challenged>,
    // -- from a peer that is an actor --
    caf::reacts_to<client_batch>>;

/// One per gateway: decodes what would keep a session's thread busy for long.
using decoder_actor = caf::typed_actor<caf::reacts_to<large_frame>>; // answers with decoded

/// Whoever can let sessions into a realm: its router, or a gateway, which knows all realms.
using entrance_actor =
    caf::typed_actor<caf::reacts_to<join_request>>; // answers the session as a router does

/// One per realm: who is in, and the supervision of broker, dealer and sessions.
using router_actor = entrance_actor::extend<
    caf::reacts_to<login_answer>, // answers the session with challenged, joined or rejected
    caf::reacts_to<decided>,      // goes on with a login
    caf::reacts_to<alarm_atom>,   // ends the logins that take too long
    caf::reacts_to<leave_atom, session_id>, // from a session
    caf::reacts_to<left_atom, session_id>,  // from the broker, when dealer and broker are done
    caf::reacts_to<shut_down>,              // GOODBYE to every session
    caf::reacts_to<meta_call>,              // answers the session
    // -- from the program that it is a part of --
    caf::replies_to<get_atom>::with<realm_summary>,
    caf::replies_to<list_sessions>::with<std::vector<session_ref>>,
    caf::replies_to<list_subscriptions>::with<std::vector<subscription_summary>>, // by the broker
    caf::replies_to<list_procedures>::with<std::vector<procedure_summary>>,       // by the dealer
    caf::replies_to<list_invocations>::with<std::vector<invocation_summary>>,     // by the dealer
    // -- and what it does there; false: there is no such --
    caf::replies_to<revoke_subscription>::with<bool>,
    caf::replies_to<revoke_registration>::with<bool>, caf::replies_to<kill_session>::with<bool>,
    caf::replies_to<set_authorizer>::with<bool>, // true, when dealer and broker have it
    caf::reacts_to<procedure_call>>;             // calls it, in the name of no session

/// One per realm: subscriptions and publications.
using broker_actor = caf::typed_actor<
    caf::reacts_to<broker_batch>,          // answers, and events to the receivers
    caf::reacts_to<left_atom, session_id>, // forgets the session, passes it on to the router
    caf::reacts_to<meta_event>,            // publishes it
    caf::reacts_to<meta_call>,             // answers the session
    caf::reacts_to<without_a_word>,        // forgets the session's testaments
    caf::reacts_to<decided>,               // goes on with the session's requests
    caf::replies_to<list_subscriptions>::with<std::vector<subscription_summary>>,
    caf::replies_to<revoke_subscription>::with<bool>, caf::replies_to<set_authorizer>::with<bool>>;

/// One per realm: registrations and calls.
using dealer_actor = caf::typed_actor<
    caf::reacts_to<dealer_batch>,          // answers, and invocations to the callees
    caf::reacts_to<left_atom, session_id>, // ends its calls, passes it on to the broker
    caf::reacts_to<alarm_atom>,            // ends the calls whose time is over
    caf::reacts_to<decided>,               // goes on with the session's requests
    caf::replies_to<list_procedures>::with<std::vector<procedure_summary>>,
    caf::replies_to<list_invocations>::with<std::vector<invocation_summary>>,
    caf::replies_to<revoke_registration>::with<bool>,
    caf::replies_to<set_authorizer>::with<bool>>; // passes it on to the broker

struct broker_batch {
  session_ref from;
  std::vector<broker_request> requests; ///< at most max_batch
};

struct dealer_batch {
  session_ref from;
  std::vector<dealer_request> requests; ///< at most max_batch
};

struct large_frame {
  session_actor from;
  format encoding;
  slice bytes;
  decode_limits limits;
};

struct decoded {
  tl::expected<message, decode_error> result;
};

struct outgoing_batch {
  std::vector<outgoing> messages;
};

struct event_batch {
  std::vector<event_ref> events;
};

struct client_batch {
  std::vector<message> messages; ///< any that a WAMP client may send
};

/// An event is shared by all who receive it.
using for_client = std::variant<message, event_ref>;

struct session_batch {
  std::vector<for_client> messages;
  receipt until_handled; ///< whoever keeps messages for later keeps it, too
};

struct meta_call {
  session_ref from;
  call request;
  bool gives_credit =
      true; ///< who answers; not if the dealer did, when it had to wait for a decision
};

struct without_a_word {
  session_id session;
};

struct decided {
  session_id concerns;
  std::function<void()> go_on;
};

/// What a router tells of itself.
struct realm_summary {
  std::string name;
  std::size_t sessions = 0;
  std::uint64_t incarnation = 1; ///< how often broker and dealer were started
};

struct list_sessions {};

struct list_subscriptions {
  std::optional<std::string> topic; ///< only those whose subscribers hear it
};

struct list_procedures {
  std::optional<std::string> uri; ///< only the one that calls to it go to
};

struct list_invocations {};

/// Whoever has it loses it, and is told so where it knows what that is.
struct revoke_subscription {
  subscription_id id;
  std::string reason; ///< a URI
};

struct revoke_registration {
  registration_id id;
  std::string reason; ///< a URI
};

/// The session gets a GOODBYE.
struct kill_session {
  session_id id;
  std::string reason;  ///< a URI
  std::string message; ///< for people
};

/// Decides from here on. Who has subscribed or registered what is not allowed any more loses it,
/// and is told so where it knows what that is.
struct set_authorizer {
  std::shared_ptr<authorizer> by; ///< nullptr: everything is allowed
};

struct join_request {
  session_actor session;
  hello request;
  peer_ref peer; ///< never nullptr
};

/// The peer's answer goes to that router, as a login_answer.
struct challenged {
  router_actor router;
  challenge ask;
};

struct login_answer {
  session_actor session;
  authenticate answer;
};

/// The session's own reference, and whom it talks to from here on.
struct joined {
  session_ref self;
  router_actor router;
  broker_actor broker;
  dealer_actor dealer;
  request_id_rules request_ids = request_id_rules::strict;
  wamp::welcome welcome;
};

struct rejected {
  abort reason;
};

struct end_session {
  std::string reason;    ///< a wamp.close URI, for GOODBYE
  std::string message;   ///< for people
  bool for_good = false; ///< the connection goes, too
};

struct shut_down {
  std::string reason;
};

/// Where a realm's broker, and its dealer, have put what a session gets from their current batch
/// (see batch_outbox). Each is read and written by that one actor alone.
struct outbox_places {
  std::uint32_t at_broker = 0;
  std::uint32_t at_dealer = 0;
};

/// A session_info that can be sent to: what every session_ref within the actors points to.
struct joined_session : session_info {
  member_actor actor;
  mutable outbox_places places;
};

inline const member_actor& actor_of(const session_ref& s) {
  return static_cast<const joined_session&>(*s).actor;
}

} // namespace wamp

#define WAMP_LOCAL_MESSAGE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(wamp::type)
WAMP_LOCAL_MESSAGE(broker_batch)
WAMP_LOCAL_MESSAGE(challenged)
WAMP_LOCAL_MESSAGE(client_batch)
WAMP_LOCAL_MESSAGE(credit)
WAMP_LOCAL_MESSAGE(dealer_batch)
WAMP_LOCAL_MESSAGE(decided)
WAMP_LOCAL_MESSAGE(decoded)
WAMP_LOCAL_MESSAGE(end_session)
WAMP_LOCAL_MESSAGE(event_batch)
WAMP_LOCAL_MESSAGE(frames)
WAMP_LOCAL_MESSAGE(join_request)
WAMP_LOCAL_MESSAGE(joined)
WAMP_LOCAL_MESSAGE(kill_session)
WAMP_LOCAL_MESSAGE(large_frame)
WAMP_LOCAL_MESSAGE(link_event)
WAMP_LOCAL_MESSAGE(list_invocations)
WAMP_LOCAL_MESSAGE(list_procedures)
WAMP_LOCAL_MESSAGE(list_sessions)
WAMP_LOCAL_MESSAGE(list_subscriptions)
WAMP_LOCAL_MESSAGE(login_answer)
WAMP_LOCAL_MESSAGE(meta_call)
WAMP_LOCAL_MESSAGE(meta_event)
WAMP_LOCAL_MESSAGE(outgoing_batch)
WAMP_LOCAL_MESSAGE(procedure_call)
WAMP_LOCAL_MESSAGE(realm_summary)
WAMP_LOCAL_MESSAGE(rejected)
WAMP_LOCAL_MESSAGE(revoke_registration)
WAMP_LOCAL_MESSAGE(revoke_subscription)
WAMP_LOCAL_MESSAGE(session_batch)
WAMP_LOCAL_MESSAGE(session_id)
WAMP_LOCAL_MESSAGE(set_authorizer)
WAMP_LOCAL_MESSAGE(shut_down)
WAMP_LOCAL_MESSAGE(without_a_word)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<wamp::session_ref>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<wamp::subscription_summary>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<wamp::procedure_summary>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<wamp::invocation_summary>)
#undef WAMP_LOCAL_MESSAGE
