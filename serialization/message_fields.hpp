// The fields of each message in the order of the wire: the one place that knows the forms, from
// which the decoder's table and the encoder are both made. Internal to this room.
// Spec: "Message Definitions" (basic profile).
#pragma once

#include <wamp/serialization/messages.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>

namespace wamp {

template <class T, class... Others>
inline constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);

/// References to the elements that follow the code and precede the arguments.
/// (The revocation form of UNSUBSCRIBED and UNREGISTERED has `details` besides.)
template <class Message>
constexpr auto fields_of(Message& m) {
  using type = std::remove_const_t<Message>;
  if constexpr (std::is_same_v<type, hello>)
    return std::tie(m.realm, m.details);
  else if constexpr (std::is_same_v<type, welcome>)
    return std::tie(m.session, m.details);
  else if constexpr (is_one_of<type, abort, goodbye>)
    return std::tie(m.details, m.reason);
  else if constexpr (std::is_same_v<type, challenge>)
    return std::tie(m.method, m.extra);
  else if constexpr (std::is_same_v<type, authenticate>)
    return std::tie(m.signature, m.extra);
  else if constexpr (std::is_same_v<type, error>)
    return std::tie(m.request_type, m.request, m.details, m.uri);
  else if constexpr (is_one_of<type, publish, subscribe>)
    return std::tie(m.request, m.options, m.topic);
  else if constexpr (std::is_same_v<type, published>)
    return std::tie(m.request, m.publication);
  else if constexpr (is_one_of<type, subscribed, unsubscribe>)
    return std::tie(m.request, m.subscription);
  else if constexpr (is_one_of<type, unsubscribed, unregistered>)
    return std::tie(m.request);
  else if constexpr (std::is_same_v<type, event>)
    return std::tie(m.subscription, m.publication, m.details);
  else if constexpr (is_one_of<type, call, register_>)
    return std::tie(m.request, m.options, m.procedure);
  else if constexpr (is_one_of<type, cancel, interrupt, yield>)
    return std::tie(m.request, m.options);
  else if constexpr (std::is_same_v<type, result>)
    return std::tie(m.request, m.details);
  else if constexpr (is_one_of<type, registered, unregister>)
    return std::tie(m.request, m.registration);
  else {
    static_assert(std::is_same_v<type, invocation>);
    return std::tie(m.request, m.registration, m.details);
  }
}

template <class Message>
inline constexpr bool has_payload = requires(Message m) {
  m.args;
};

/// [code, 0, Details|dict] is legal besides [code, Request|id].
template <class Message>
inline constexpr bool has_revocation_form = is_one_of<Message, unsubscribed, unregistered>;

/// Calls `visitor.template operator()<M>()` for the type M with this code, else `unknown()`.
template <class Visitor, class Unknown>
constexpr auto with_message_type(message_code code, Visitor&& visitor, Unknown&& unknown) {
  switch (code) {
  case message_code::hello:
    return visitor.template operator()<hello>();
  case message_code::welcome:
    return visitor.template operator()<welcome>();
  case message_code::abort:
    return visitor.template operator()<abort>();
  case message_code::challenge:
    return visitor.template operator()<challenge>();
  case message_code::authenticate:
    return visitor.template operator()<authenticate>();
  case message_code::goodbye:
    return visitor.template operator()<goodbye>();
  case message_code::error:
    return visitor.template operator()<error>();
  case message_code::publish:
    return visitor.template operator()<publish>();
  case message_code::published:
    return visitor.template operator()<published>();
  case message_code::subscribe:
    return visitor.template operator()<subscribe>();
  case message_code::subscribed:
    return visitor.template operator()<subscribed>();
  case message_code::unsubscribe:
    return visitor.template operator()<unsubscribe>();
  case message_code::unsubscribed:
    return visitor.template operator()<unsubscribed>();
  case message_code::event:
    return visitor.template operator()<event>();
  case message_code::call:
    return visitor.template operator()<call>();
  case message_code::cancel:
    return visitor.template operator()<cancel>();
  case message_code::result:
    return visitor.template operator()<result>();
  case message_code::register_:
    return visitor.template operator()<register_>();
  case message_code::registered:
    return visitor.template operator()<registered>();
  case message_code::unregister:
    return visitor.template operator()<unregister>();
  case message_code::unregistered:
    return visitor.template operator()<unregistered>();
  case message_code::invocation:
    return visitor.template operator()<invocation>();
  case message_code::interrupt:
    return visitor.template operator()<interrupt>();
  case message_code::yield:
    return visitor.template operator()<yield>();
  }
  return unknown();
}

} // namespace wamp
