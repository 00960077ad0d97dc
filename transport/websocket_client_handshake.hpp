// The client's side of the WebSocket upgrade: the request, and what is held against the answer.
// Beast writes the request, parses the answer, and says what the answer should be.
// Used by connectors. Spec: "WebSocket Transport" (basic profile), RFC 6455 section 4.1.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/transport/handshake.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wamp {

struct upgrade_request {
  std::string host;   ///< as HTTP's Host names it
  std::string target; ///< the path, with the query
  std::string user_agent;
  std::vector<std::pair<std::string, std::string>> headers; ///< on top; the upgrade's own win
  std::vector<format> formats;                              ///< offered, by preference
  bool batched = false;                                     ///< offer that first
  std::size_t max_message_size;
  std::size_t max_http_header; ///< of the answer
};

class websocket_client_handshake final : public handshake {
public:
  /// The context is only Beast's wish, nothing runs on it.
  websocket_client_handshake(upgrade_request wishes, boost::asio::io_context& beasts_wish);

  std::string opening() override;
  handshake_result feed(std::string_view all) override;

private:
  using request = boost::beast::http::request<boost::beast::http::empty_body>;

  request make_request() const;
  handshake_result judge();

  upgrade_request wishes_;
  request request_;
  std::string expected_accept_;
  boost::beast::http::response_parser<boost::beast::http::empty_body> parser_;
  std::size_t parsed_ = 0;
};

/// Whether a header's name and value can be sent as they are.
bool is_http_header(std::string_view name, std::string_view value) noexcept;

} // namespace wamp
