#pragma once
// How the bench programs speak: which encoding a message has and which transport carries it.
// Used by the floor and by the load generator.

#include <cstdint>
#include <string_view>

namespace wamp::bench {

enum class format : std::uint8_t { json, msgpack };
enum class transport : std::uint8_t { websocket, rawsocket };

/// Message codes, as the specification numbers them (Basic Profile, "Message Codes").
enum class code : std::uint8_t {
  hello = 1,
  welcome = 2,
  abort = 3,
  goodbye = 6,
  error = 8,
  publish = 16,
  published = 17,
  subscribe = 32,
  subscribed = 33,
  event = 36,
  call = 48,
  result = 50,
  register_ = 64,
  registered = 65,
  invocation = 68,
  yield = 70,
};

/// The name that `Sec-WebSocket-Protocol` carries for a format.
constexpr std::string_view subprotocol(format f) {
  return f == format::json ? "wamp.2.json" : "wamp.2.msgpack";
}

/// The serializer nibble of the RawSocket handshake.
constexpr unsigned char rawsocket_serializer(format f) {
  return f == format::json ? 1 : 2;
}

/// Every client of the bench sends the key of RFC 6455's example, so that neither side needs a
/// hash function: the answer to it is printed in the same section.
constexpr std::string_view websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view websocket_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

} // namespace wamp::bench
