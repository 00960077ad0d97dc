#include <wamp/serialization/base64.hpp>
#include <wamp/transport/memory_stream.hpp>
#include <wamp/transport/subprotocol.hpp>
#include <wamp/transport/unpredictable.hpp>
#include <wamp/transport/websocket_client_handshake.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/ostream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <sstream>

namespace wamp {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

namespace {

std::string_view view(beast::string_view s) {
  return {s.data(), s.size()};
}
beast::string_view beast_view(std::string_view s) {
  return {s.data(), s.size()};
}

/// 16 octets that nobody can foretell.
std::string fresh_key() {
  std::array<char, 16> octets;
  fill_unpredictably(octets);
  std::string key;
  append_base64(key, {octets.data(), octets.size()});
  return key;
}

/// The Sec-WebSocket-Accept that `request` must be answered with: what Beast's server would say.
template <class Request>
std::string accept_of(const Request& request, asio::io_context& context) {
  std::string accept;
  websocket::stream<memory_stream, false> server(context);
  server.set_option(websocket::stream_base::decorator([&](websocket::response_type& response) {
    accept = view(response[http::field::sec_websocket_accept]);
  }));
  beast::error_code ec;
  server.accept(request, ec);
  return accept;
}

/// What a router sends is shown to people: short, and without what moves a terminal's cursor.
std::string shown(std::string_view text) {
  std::string s("\"");
  for (auto c : text.substr(0, 100))
    s += c >= ' ' && c < '\x7F' ? c : '?';
  return s + "\"";
}

handshake_result refusal(std::string why) {
  handshake_result result;
  result.what = handshake_result::outcome::refused;
  result.detail = std::move(why);
  return result;
}

template <class Message>
std::size_t count(const Message& message, http::field name) {
  auto [first, last] = message.equal_range(name);
  return static_cast<std::size_t>(std::distance(first, last));
}

template <class Message>
bool names(const Message& message, http::field field, beast::string_view token) {
  auto [line, end] = message.equal_range(field);
  return std::any_of(
      line, end, [&](const auto& l) { return http::token_list{l.value()}.exists(token); });
}

} // namespace

bool is_http_header(std::string_view name, std::string_view value) noexcept {
  auto is_token = [](char c) {
    constexpr std::string_view more = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || more.find(c) != std::string_view::npos;
  };
  auto is_text = [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7F');
  };
  return !name.empty() && std::ranges::all_of(name, is_token)
         && std::ranges::all_of(value, is_text);
}

websocket_client_handshake::websocket_client_handshake(
    upgrade_request wishes, asio::io_context& beasts_wish)
    : wishes_(std::move(wishes)),
      request_(make_request()),
      expected_accept_(accept_of(request_, beasts_wish)) {
  auto limit = std::min<std::size_t>(wishes_.max_http_header, 1U << 20U);
  parser_.header_limit(static_cast<std::uint32_t>(limit));
}

websocket_client_handshake::request websocket_client_handshake::make_request() const {
  request r{http::verb::get, beast_view(wishes_.target), 11};
  r.set(http::field::host, beast_view(wishes_.host));
  if (!wishes_.user_agent.empty())
    r.set(http::field::user_agent, beast_view(wishes_.user_agent));
  for (const auto& [name, value] : wishes_.headers)
    r.set(beast_view(name), beast_view(value));
  auto protocols = subprotocol_list(wishes_.formats, false);
  if (wishes_.batched)
    protocols = subprotocol_list(wishes_.formats, true) + ", " + protocols;
  r.set(http::field::upgrade, "websocket");
  r.set(http::field::connection, "Upgrade");
  r.set(http::field::sec_websocket_version, "13");
  r.set(http::field::sec_websocket_key, beast_view(fresh_key()));
  r.set(http::field::sec_websocket_protocol, protocols);
  // No extensions are spoken here, and the request has no body.
  r.erase(http::field::sec_websocket_extensions);
  r.erase(http::field::content_length);
  r.erase(http::field::transfer_encoding);
  return r;
}

std::string websocket_client_handshake::opening() {
  std::ostringstream out;
  out << request_;
  return std::move(out).str();
}

handshake_result websocket_client_handshake::feed(std::string_view all) {
  auto rest = all.substr(parsed_);
  beast::error_code ec;
  parsed_ += parser_.put(asio::buffer(rest.data(), rest.size()), ec);
  if (parser_.is_header_done())
    return judge();
  if (ec == http::error::header_limit)
    return refusal("the answer's header is too large");
  if (ec && ec != http::error::need_more)
    return refusal("what answers there is no HTTP server");
  return {};
}

handshake_result websocket_client_handshake::judge() {
  const auto& response = parser_.get();
  if (response.result() != http::status::switching_protocols)
    return refusal(
        "the WebSocket was refused with status " + std::to_string(response.result_int()) + " "
        + shown(view(response.reason())));
  if (response.version() != 11 || !names(response, http::field::upgrade, "websocket")
      || !names(response, http::field::connection, "upgrade"))
    return refusal("the answer does not upgrade to a WebSocket");
  if (count(response, http::field::sec_websocket_accept) != 1 || expected_accept_.empty()
      || view(response[http::field::sec_websocket_accept]) != expected_accept_)
    return refusal("the answer is to another request (Sec-WebSocket-Accept is wrong)");
  if (response.find(http::field::sec_websocket_extensions) != response.end())
    return refusal("the router chose an extension that was not offered");
  if (count(response, http::field::sec_websocket_protocol) == 0)
    return refusal("the router chose no subprotocol: it may not speak WAMP");
  auto name = view(response[http::field::sec_websocket_protocol]);
  auto chosen = subprotocol_named(name, wishes_.formats);
  if (count(response, http::field::sec_websocket_protocol) != 1 || !chosen
      || (chosen->batched && !wishes_.batched))
    return refusal("the router chose the subprotocol " + shown(name) + ", which was not offered");
  handshake_result result;
  result.what = handshake_result::outcome::established;
  result.agreed = framing::websocket_client(*chosen, wishes_.max_message_size);
  result.consumed = parsed_;
  return result;
}

} // namespace wamp
