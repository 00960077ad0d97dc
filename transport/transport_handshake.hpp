// From the first octet of a socket to an established connection: RawSocket's four octets, or an
// HTTP request that asks for a WebSocket, for /health, or for something else. Does no I/O: it is
// shown what has come so far and says what to answer. One per socket, gone after the handshake.
// Spec: "WebSocket Transport" (basic profile), "RawSocket Transport" (advanced profile),
// RFC 6455 section 4.2.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/transport/framing.hpp>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

struct listener_options;
class http_handshake;

struct handshake_result {
  enum class outcome : std::uint8_t {
    need_more,
    established, ///< send `reply`, then speak `established`'s framing
    answered,    ///< send `reply` and close: it was a plain request such as /health
    refused,     ///< send `reply`, which may be empty, and close
  };

  outcome what = outcome::need_more;
  std::string reply;
  std::optional<framing> agreed; ///< iff `established`
  std::size_t consumed = 0;      ///< iff `established`: what follows belongs to the framing
};

class transport_handshake {
public:
  /// `options` must stay; the context is only Beast's wish, nothing runs on it.
  transport_handshake(const listener_options& options, boost::asio::io_context&);
  ~transport_handshake();

  /// `all` is everything that came so far, from the first octet on, at least one. `full`: the
  /// listener takes no more connections, which is told politely.
  handshake_result feed(std::string_view all, bool full);

private:
  handshake_result feed_rawsocket(std::string_view all, bool full) const;

  const listener_options& options_;
  boost::asio::io_context& context_;
  std::unique_ptr<http_handshake> http_;
};

} // namespace wamp
