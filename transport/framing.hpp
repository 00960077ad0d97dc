// The framing of an established connection, of either kind, behind one face: what differs
// between WebSocket and RawSocket, and between a WebSocket's two roles, once the handshake is
// done. Used by socket_connection.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/transport/http_framing.hpp>
#include <wamp/transport/rawsocket_framing.hpp>
#include <wamp/transport/received.hpp>
#include <wamp/transport/websocket_framing.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace wamp {

class framing {
public:
  static framing websocket(format f, std::size_t max_message_size) {
    return {
        f, std::numeric_limits<std::size_t>::max(),
        websocket_framing(f == format::json, max_message_size)};
  }

  /// The client's role. Its messages are sent as frames that masked_framing() makes, and pass
  /// write_header() as they are.
  static framing websocket_client(format f, std::size_t max_message_size) {
    return {
        f, std::numeric_limits<std::size_t>::max(),
        websocket_client_framing(f == format::json, max_message_size)};
  }

  /// Either role: the frames are the same. `send_limit` is what the peer announced.
  static framing rawsocket(format f, std::size_t receive_limit, std::size_t send_limit) {
    return {f, send_limit, rawsocket_framing(receive_limit)};
  }

  /// HTTP for a long-poll client: requests come in, and what is sent is responses. Its format says
  /// nothing.
  static framing http(std::size_t max_header, std::size_t max_body) {
    return {
        format::json, std::numeric_limits<std::size_t>::max(), http_framing(max_header, max_body)};
  }

  bool is_http() const noexcept { return std::holds_alternative<http_framing>(kind_); }
  bool is_websocket() const noexcept {
    return !is_http() && !std::holds_alternative<rawsocket_framing>(kind_);
  }
  format wire_format() const noexcept { return format_; }

  /// The largest message that may be sent.
  std::size_t send_limit() const noexcept { return send_limit_; }

  /// See the framings' own feed(); includes out.finish().
  void feed(std::string_view bytes, received& out) {
    std::visit([&](auto& k) { k.feed(bytes, out); }, kind_);
    out.finish();
  }

  static constexpr std::size_t max_header =
      std::max(websocket_framing::max_header, rawsocket_framing::max_header);

  std::size_t write_header(char* to, std::size_t message_size) const noexcept {
    return std::visit(
        [&](const auto& k) -> std::size_t {
          if constexpr (std::is_same_v<decltype(k), const websocket_client_framing&>)
            return 0;
          else
            return k.write_header(to, message_size);
        },
        kind_);
  }

  /// Iff made by websocket_client().
  const websocket_client_framing& masked_framing() const {
    return std::get<websocket_client_framing>(kind_);
  }

  std::string ping() const {
    return std::visit([](const auto& k) { return k.ping(); }, kind_);
  }

  /// The last frame of a connection; empty for all but WebSocket, which have none.
  std::string close(close_reason reason) const {
    return close_frame(websocket_framing::code_of(reason));
  }

  /// The answer to the peer's close frame: its own code, if there was one.
  std::string close_answer(std::uint16_t code) const {
    constexpr std::uint16_t none = 1005;
    return close_frame(code == none ? std::uint16_t{1000} : code);
  }

private:
  using kind =
      std::variant<websocket_framing, rawsocket_framing, websocket_client_framing, http_framing>;

  framing(format f, std::size_t send_limit, kind k)
      : kind_(std::move(k)), send_limit_(send_limit), format_(f) {}

  std::string close_frame(std::uint16_t code) const {
    return std::visit(
        [code](const auto& k) -> std::string {
          if constexpr (requires { k.close(code); })
            return k.close(code);
          else
            return {};
        },
        kind_);
  }

  kind kind_;
  std::size_t send_limit_;
  format format_;
};

} // namespace wamp
