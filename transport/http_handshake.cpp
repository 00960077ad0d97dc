#include <wamp/transport/http_handshake.hpp>
#include <wamp/transport/listener.hpp>
#include <wamp/transport/memory_stream.hpp>
#include <wamp/transport/origin.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/ostream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <sstream>
#include <utility>
#include <vector>

namespace wamp {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

using outcome = handshake_result::outcome;

namespace {

constexpr std::string_view server_name = "caf-wamp";
constexpr std::string_view health_path = "/health";

std::string_view view(beast::string_view s) {
  return {s.data(), s.size()};
}
beast::string_view beast_view(std::string_view s) {
  return {s.data(), s.size()};
}

std::string plain_response(http::status status, std::string_view type, std::string_view text) {
  http::response<http::string_body> response{status, 11};
  response.set(http::field::server, beast_view(server_name));
  response.set(http::field::content_type, beast_view(type));
  if (status == http::status::upgrade_required) {
    response.set(http::field::upgrade, "websocket");
    response.set(http::field::connection, "Upgrade, close");
  } else {
    response.set(http::field::connection, "close");
  }
  response.body() = text;
  response.prepare_payload();
  std::ostringstream out;
  out << response;
  return std::move(out).str();
}

} // namespace

http_handshake::http_handshake(
    const listener_options& options, asio::io_context& context, bool over_tls)
    : options_(options), context_(context), over_tls_(over_tls) {
  auto limit = std::min<std::size_t>(options.limits.max_http_header, 1U << 20U);
  parser_.header_limit(static_cast<std::uint32_t>(limit));
  parser_.body_limit(std::numeric_limits<std::uint64_t>::max()); // bodies are none of ours
}

handshake_result http_handshake::feed(std::string_view all, bool full) {
  auto rest = all.substr(parsed_);
  beast::error_code ec;
  parsed_ += parser_.put(asio::buffer(rest.data(), rest.size()), ec);
  if (ec == http::error::need_more)
    return {};
  if (ec == http::error::header_limit)
    return refuse(
        http::status::request_header_fields_too_large, "The request header is too large.\n");
  // An error in what follows a complete header is none of ours: the answer closes.
  if (ec && !parser_.is_header_done())
    return refuse(http::status::bad_request, "This is not HTTP.\n");
  if (!parser_.is_header_done())
    return {};
  return answer(full);
}

handshake_result http_handshake::refuse(http::status status, std::string_view text) const {
  handshake_result result;
  result.what = outcome::refused;
  result.reply = plain_response(status, "text/plain; charset=utf-8", text);
  return result;
}

bool http_handshake::is_websocket_path(std::string_view path) const {
  return options_.websocket && std::ranges::find(options_.paths, path) != options_.paths.end();
}

bool http_handshake::is_long_poll_path(std::string_view path) const {
  const auto& base = options_.long_poll_path;
  return !base.empty() && path.starts_with(base) && path.substr(base.size()).starts_with('/');
}

handshake_result http_handshake::answer(bool full) const {
  const auto& request = parser_.get();
  auto target = view(request.target());
  auto path = target.substr(0, target.find('?'));
  if (is_long_poll_path(path) && !full) {
    // The framing takes this very request, too.
    handshake_result result;
    result.what = outcome::established;
    result.agreed = framing::http(
        options_.limits.max_http_header, batch_format::limit(options_.limits.max_message_size));
    return result;
  }
  if (is_long_poll_path(path))
    return refuse(http::status::service_unavailable, "Too many connections.\n");
  bool health = path == health_path;
  if (!health && !is_websocket_path(path))
    return refuse(http::status::not_found, "There is nothing here.\n");
  if (request.method() != http::verb::get)
    return refuse(http::status::method_not_allowed, "Only GET is served.\n");
  if (health) {
    handshake_result result;
    result.what = outcome::answered;
    result.reply = plain_response(http::status::ok, "application/json", "{\"status\":\"ok\"}\n");
    return result;
  }
  if (full)
    return refuse(http::status::service_unavailable, "Too many connections.\n");
  if (!is_allowed_origin(
          view(request[http::field::origin]), view(request[http::field::host]),
          options_.allowed_origins))
    return refuse(http::status::forbidden, "Pages of this origin may not come in.\n");
  if (!websocket::is_upgrade(request))
    return refuse(http::status::upgrade_required, "This is a WebSocket endpoint.\n");
  return upgrade();
}

/// The client's order decides, as its offer is a list by preference.
std::optional<subprotocol> http_handshake::choose_protocol() const {
  const auto& request = parser_.get();
  auto [line, end] = request.equal_range(http::field::sec_websocket_protocol);
  for (; line != end; ++line)
    for (auto name : http::token_list{line->value()})
      if (auto known = subprotocol_named(view(name), options_.formats))
        return known;
  return std::nullopt;
}

std::optional<deflate_answer> http_handshake::choose_deflate() const {
  if (!options_.deflate)
    return std::nullopt;
  std::vector<std::string_view> lines;
  auto [line, end] = parser_.get().equal_range(http::field::sec_websocket_extensions);
  for (; line != end; ++line)
    lines.push_back(view(line->value()));
  return answer_deflate(lines);
}

/// A page that may come in as one of all is not told from others by its visitor's cookie.
known_browser http_handshake::visitor() const {
  const auto& request = parser_.get();
  const auto origin = view(request[http::field::origin]);
  if (!origin.empty()
      && !is_known_origin(origin, view(request[http::field::host]), options_.allowed_origins))
    return {};
  return know_again(view(request[http::field::cookie]), options_.cookie, over_tls_);
}

handshake_result http_handshake::upgrade() const {
  auto chosen = choose_protocol();
  if (!chosen)
    return refuse(
        http::status::bad_request,
        "Sec-WebSocket-Protocol must name one of: " + subprotocol_list(options_.formats, false)
            + ", " + subprotocol_list(options_.formats, true) + ".\n");
  auto deflate = choose_deflate();
  auto known = visitor();
  // Without Beast's deflate: the stream is needed for this one response only.
  websocket::stream<memory_stream, false> stream(context_);
  stream.set_option(websocket::stream_base::decorator([&](websocket::response_type& response) {
    response.set(http::field::server, beast_view(server_name));
    response.set(http::field::sec_websocket_protocol, name_of(*chosen));
    if (!known.header.empty())
      response.set(http::field::set_cookie, known.header);
    if (deflate)
      response.set(http::field::sec_websocket_extensions, deflate->extension);
  }));
  beast::error_code ec;
  stream.accept(parser_.get(), ec);
  handshake_result result;
  result.what = ec ? outcome::refused : outcome::established;
  result.reply = std::move(stream.next_layer().written());
  if (!ec) {
    auto terms = deflate ? std::optional(deflate->terms) : std::nullopt;
    result.agreed = framing::websocket(*chosen, options_.limits.max_message_size, terms);
    result.consumed = parsed_;
    result.cookie = std::move(known.value);
  }
  return result;
}

} // namespace wamp
