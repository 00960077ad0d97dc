// What a session asks of its realm, and what it gets for its peer: the messages between a session
// and its broker and dealer, which travel in batches. Pure.
#pragma once

#include <wamp/serialization/messages.hpp>

#include <variant>

namespace wamp {

/// A CALL that goes on with one that was made before it, by the same id.
struct call_part : call {};

using broker_request = std::variant<publish, subscribe, unsubscribe>;
using dealer_request = std::variant<call, call_part, yield, error, cancel, register_, unregister>;

/// From broker or dealer for a peer. Events are not in here: their bytes are shared.
using outgoing = std::variant<
    published, subscribed, unsubscribed, registered, unregistered, invocation, interrupt, result,
    error>;

/// Messages of one sender for one receiver that travel as one actor message, at most: what
/// bounds how long a batch keeps an actor busy.
inline constexpr std::size_t max_batch = 64;

} // namespace wamp
