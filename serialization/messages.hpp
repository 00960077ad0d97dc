// The 24 WAMP messages as plain structs, one per message of the specification (basic and
// advanced profile). The comment above each is its form on the wire.
#pragma once

#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/payload.hpp>
#include <wamp/serialization/value.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace wamp {

enum class message_code : std::uint16_t {
  hello = 1,
  welcome = 2,
  abort = 3,
  challenge = 4,
  authenticate = 5,
  goodbye = 6,
  error = 8,
  publish = 16,
  published = 17,
  subscribe = 32,
  subscribed = 33,
  unsubscribe = 34,
  unsubscribed = 35,
  event = 36,
  call = 48,
  cancel = 49,
  result = 50,
  register_ = 64,
  registered = 65,
  unregister = 66,
  unregistered = 67,
  invocation = 68,
  interrupt = 69,
  yield = 70,
};

/// "HELLO", "PUBLISH", ...; empty for an unknown code.
std::string_view name_of(message_code code) noexcept;

// -- sessions ------------------------------------------------------------------------------

/// [1, Realm|string, Details|dict]
struct hello {
  static constexpr auto code = message_code::hello;
  std::string realm = {};
  dict details = {};
};

/// [2, Session|id, Details|dict]
struct welcome {
  static constexpr auto code = message_code::welcome;
  session_id session = {};
  dict details = {};
};

/// [3, Details|dict, Reason|uri (, Arguments|list (, ArgumentsKw|dict))]
struct abort {
  static constexpr auto code = message_code::abort;
  dict details = {};
  std::string reason = {};
  payload args = {};
};

/// [4, AuthMethod|string, Extra|dict]
struct challenge {
  static constexpr auto code = message_code::challenge;
  std::string method = {};
  dict extra = {};
};

/// [5, Signature|string, Extra|dict]
struct authenticate {
  static constexpr auto code = message_code::authenticate;
  std::string signature = {};
  dict extra = {};
};

/// [6, Details|dict, Reason|uri]
struct goodbye {
  static constexpr auto code = message_code::goodbye;
  dict details = {};
  std::string reason = {};
};

/// [8, REQUEST.Type|int, REQUEST.Request|id, Details|dict, Error|uri (, Arguments (, ArgumentsKw))]
struct error {
  static constexpr auto code = message_code::error;
  message_code request_type = message_code::call;
  request_id request = {}; ///< an invocation's id when request_type is invocation
  dict details = {};
  std::string uri = {};
  payload args = {};
};

// -- publish and subscribe -------------------------------------------------------------------

/// [16, Request|id, Options|dict, Topic|uri (, Arguments (, ArgumentsKw))]
struct publish {
  static constexpr auto code = message_code::publish;
  request_id request = {};
  dict options = {};
  std::string topic = {};
  payload args = {};
};

/// [17, PUBLISH.Request|id, Publication|id]
struct published {
  static constexpr auto code = message_code::published;
  request_id request = {};
  publication_id publication = {};
};

/// [32, Request|id, Options|dict, Topic|uri]
struct subscribe {
  static constexpr auto code = message_code::subscribe;
  request_id request = {};
  dict options = {};
  std::string topic = {};
};

/// [33, SUBSCRIBE.Request|id, Subscription|id]
struct subscribed {
  static constexpr auto code = message_code::subscribed;
  request_id request = {};
  subscription_id subscription = {};
};

/// [34, Request|id, SUBSCRIBED.Subscription|id]
struct unsubscribe {
  static constexpr auto code = message_code::unsubscribe;
  request_id request = {};
  subscription_id subscription = {};
};

/// [35, UNSUBSCRIBE.Request|id]; a revocation is [35, 0, Details|dict]
struct unsubscribed {
  static constexpr auto code = message_code::unsubscribed;
  request_id request = {};
  dict details = {};
};

/// [36, SUBSCRIBED.Subscription|id, PUBLISHED.Publication|id, Details|dict (, Arguments (, Kw))]
struct event {
  static constexpr auto code = message_code::event;
  subscription_id subscription = {};
  publication_id publication = {};
  dict details = {};
  payload args = {};
};

// -- remote procedure calls ------------------------------------------------------------------

/// [48, Request|id, Options|dict, Procedure|uri (, Arguments (, ArgumentsKw))]
struct call {
  static constexpr auto code = message_code::call;
  request_id request = {};
  dict options = {};
  std::string procedure = {};
  payload args = {};
};

/// [49, CALL.Request|id, Options|dict]
struct cancel {
  static constexpr auto code = message_code::cancel;
  request_id request = {};
  dict options = {};
};

/// [50, CALL.Request|id, Details|dict (, Arguments (, ArgumentsKw))]
struct result {
  static constexpr auto code = message_code::result;
  request_id request = {};
  dict details = {};
  payload args = {};
};

/// [64, Request|id, Options|dict, Procedure|uri]
struct register_ {
  static constexpr auto code = message_code::register_;
  request_id request = {};
  dict options = {};
  std::string procedure = {};
};

/// [65, REGISTER.Request|id, Registration|id]
struct registered {
  static constexpr auto code = message_code::registered;
  request_id request = {};
  registration_id registration = {};
};

/// [66, Request|id, REGISTERED.Registration|id]
struct unregister {
  static constexpr auto code = message_code::unregister;
  request_id request = {};
  registration_id registration = {};
};

/// [67, UNREGISTER.Request|id]; a revocation is [67, 0, Details|dict]
struct unregistered {
  static constexpr auto code = message_code::unregistered;
  request_id request = {};
  dict details = {};
};

/// [68, Request|id, REGISTERED.Registration|id, Details|dict (, Arguments (, ArgumentsKw))]
struct invocation {
  static constexpr auto code = message_code::invocation;
  invocation_id request = {};
  registration_id registration = {};
  dict details = {};
  payload args = {};
};

/// [69, INVOCATION.Request|id, Options|dict]
struct interrupt {
  static constexpr auto code = message_code::interrupt;
  invocation_id request = {};
  dict options = {};
};

/// [70, INVOCATION.Request|id, Options|dict (, Arguments (, ArgumentsKw))]
struct yield {
  static constexpr auto code = message_code::yield;
  invocation_id request = {};
  dict options = {};
  payload args = {};
};

using message = std::variant<
    hello, welcome, abort, challenge, authenticate, goodbye, error, publish, published, subscribe,
    subscribed, unsubscribe, unsubscribed, event, call, cancel, result, register_, registered,
    unregister, unregistered, invocation, interrupt, yield>;

message_code code_of(const message& m) noexcept;

template <class T, class... Ts>
concept one_of = (std::same_as<T, Ts> || ...);

/// What a router may send.
template <class Message>
concept sent_to_clients = one_of<
    Message, welcome, abort, challenge, goodbye, error, published, subscribed, unsubscribed, event,
    result, registered, unregistered, invocation, interrupt>;

/// What a client may send.
template <class Message>
concept sent_by_clients = one_of<
    Message, hello, abort, authenticate, goodbye, error, publish, subscribe, unsubscribe, call,
    cancel, register_, unregister, yield>;

} // namespace wamp
