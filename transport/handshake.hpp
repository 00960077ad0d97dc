// What happens on a socket before frames flow, of either side: bytes in, bytes out, until both
// have agreed on a framing or one gives up. Does no I/O. Implemented for sockets that were
// accepted (acceptor.cpp, by transport_handshake) and that were connected
// (websocket_client_handshake, rawsocket_client_handshake); driven by socket_connection.
// Spec: "WebSocket Transport" (basic profile), "RawSocket Transport" (advanced profile).
#pragma once

#include <wamp/transport/framing.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

struct handshake_result {
  enum class outcome : std::uint8_t {
    need_more,
    established, ///< send `reply`, then speak `agreed`'s framing
    answered,    ///< send `reply` and close: it was a plain request such as /health
    refused,     ///< send `reply`, which may be empty, and close
  };

  outcome what = outcome::need_more;
  std::string reply;
  std::optional<framing> agreed; ///< iff `established`
  std::size_t consumed = 0;      ///< iff `established`: what follows belongs to the framing
  std::string cookie{};          ///< of `established`: what the peer is known by
  std::string detail;            ///< of a client's `refused`: why, for the user
  bool format_refused = false;   ///< of a client's `refused`: another format may be welcome
};

/// One per socket, gone after the handshake.
class handshake {
public:
  virtual ~handshake() = default;

  /// What is sent before anything has come; empty for the side that waits.
  virtual std::string opening() { return {}; }

  /// `all` is everything that came so far, from the first octet on, at least one.
  virtual handshake_result feed(std::string_view all) = 0;
};

} // namespace wamp
