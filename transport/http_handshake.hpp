// The HTTP half of transport_handshake: one request, its answer, and the WebSocket upgrade.
// Beast parses the request and makes the upgrade's response. Included by
// transport_handshake.cpp alone.
#pragma once

#include <wamp/transport/cookie.hpp>
#include <wamp/transport/permessage_deflate.hpp>
#include <wamp/transport/subprotocol.hpp>
#include <wamp/transport/transport_handshake.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

class http_handshake {
public:
  http_handshake(const listener_options& options, boost::asio::io_context& context, bool over_tls);

  /// See transport_handshake::feed().
  handshake_result feed(std::string_view all, bool full);

private:
  handshake_result answer(bool full) const;
  known_browser visitor() const;
  handshake_result upgrade() const;
  handshake_result refuse(boost::beast::http::status status, std::string_view text) const;
  std::optional<subprotocol> choose_protocol() const;
  std::optional<deflate_answer> choose_deflate() const;
  bool is_websocket_path(std::string_view path) const;
  bool is_long_poll_path(std::string_view path) const;

  const listener_options& options_;
  boost::asio::io_context& context_;
  bool over_tls_;
  boost::beast::http::request_parser<boost::beast::http::empty_body> parser_;
  std::size_t parsed_ = 0;
};

} // namespace wamp
