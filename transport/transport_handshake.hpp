// From the first octet of an accepted socket to an established connection: RawSocket's four
// octets, or an HTTP request that asks for a WebSocket, for /health, or for something else. Does
// no I/O: it is shown what has come so far and says what to answer. One per socket, gone after the
// handshake.
// Spec: "WebSocket Transport" (basic profile), "RawSocket Transport" (advanced profile),
// RFC 6455 section 4.2.
#pragma once

#include <wamp/transport/handshake.hpp>

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string_view>

namespace wamp {

struct listener_options;
class http_handshake;

class transport_handshake {
public:
  /// `options` must stay; the context is only Beast's wish, nothing runs on it.
  transport_handshake(
      const listener_options& options, boost::asio::io_context&, bool over_tls = false);
  ~transport_handshake();

  /// `all` is everything that came so far, from the first octet on, at least one. `full`: the
  /// listener takes no more connections, which is told politely.
  handshake_result feed(std::string_view all, bool full);

private:
  handshake_result feed_rawsocket(std::string_view all, bool full) const;

  const listener_options& options_;
  boost::asio::io_context& context_;
  bool over_tls_;
  std::unique_ptr<http_handshake> http_;
};

} // namespace wamp
