// Where a router is and how it is spoken to, as people write it. Used by connectors and by
// whoever reads a client's settings. Pure. Spec: RFC 3986, RFC 6455 section 3 (ws and wss).
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace wamp {

struct router_url {
  enum class protocol : std::uint8_t { websocket, rawsocket };

  protocol speaks = protocol::websocket;
  bool tls = false;
  std::string host;         ///< an IPv4 or IPv6 address or a name; empty for a Unix socket
  std::uint16_t port = 0;   ///< 1 to 65535; 0 for a Unix socket
  std::string path;         ///< of the Unix socket, else empty
  std::string target = "/"; ///< websocket: what is asked for, with the query

  bool is_local() const noexcept { return !path.empty(); }

  /// "ws://HOST[:PORT]/TARGET" and "wss://..." for WebSocket; "tcp://HOST:PORT" or "rs://..." for
  /// RawSocket, "tcps://..." or "rss://..." with TLS; "unix:PATH" for RawSocket and "unix+ws:PATH"
  /// for WebSocket over a Unix socket. An IPv6 address stands in brackets. The error is a
  /// sentence for the user. Names are not resolved here.
  static tl::expected<router_url, std::string> parse(std::string_view text);

  /// A form that parse() reads as the same.
  std::string to_string() const;

  /// The host, and the port if it is not the protocol's own, as HTTP's Host names them.
  std::string authority() const;

  bool operator==(const router_url&) const = default;
};

} // namespace wamp
