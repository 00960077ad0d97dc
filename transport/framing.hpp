// The framing of an established connection, of either kind, behind one face: what differs
// between WebSocket and RawSocket, between a WebSocket's two roles, and between one message at a
// time and batches, once the handshake is done. Used by socket_connection.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/slice.hpp>
#include <wamp/transport/batch.hpp>
#include <wamp/transport/http_framing.hpp>
#include <wamp/transport/rawsocket_framing.hpp>
#include <wamp/transport/received.hpp>
#include <wamp/transport/subprotocol.hpp>
#include <wamp/transport/websocket_framing.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace wamp {

class framing {
public:
  static framing websocket(subprotocol p, std::size_t max_message_size) {
    return {p, max_message_size, std::type_identity<websocket_framing>()};
  }

  /// The client's role, in which frames are made whole: see make_frame().
  static framing websocket_client(subprotocol p, std::size_t max_message_size) {
    return {p, max_message_size, std::type_identity<websocket_client_framing>()};
  }

  /// Either role: the frames are the same. `send_limit` is what the peer announced.
  static framing rawsocket(format f, std::size_t receive_limit, std::size_t send_limit) {
    return {f, receive_limit, send_limit, rawsocket_framing(receive_limit)};
  }

  /// HTTP for a long-poll client: requests come in, and what is sent is responses. Its format says
  /// nothing.
  static framing http(std::size_t max_header, std::size_t max_body) {
    return {
        format::json, max_body, std::numeric_limits<std::size_t>::max(),
        http_framing(max_header, max_body)};
  }

  bool is_http() const noexcept { return std::holds_alternative<http_framing>(kind_); }
  bool is_websocket() const noexcept {
    return !is_http() && !std::holds_alternative<rawsocket_framing>(kind_);
  }
  format wire_format() const noexcept { return format_; }

  /// The largest message that may be sent.
  std::size_t send_limit() const noexcept { return send_limit_; }

  /// Whether what is sent goes through begin_batch() first: a message with its header and tail is
  /// but a part of a frame then.
  bool is_batched() const noexcept { return batch_.has_value(); }

  /// See the framings' own feed(); includes out.finish().
  void feed(std::string_view bytes, received& out) {
    if (broken_)
      return;
    std::visit([&](auto& k) { k.feed(bytes, out); }, kind_);
    out.finish();
    if (batch_)
      split_batches(out);
  }

  static constexpr std::size_t max_header =
      std::max(websocket_framing::max_header, rawsocket_framing::max_header);

  /// What a message is sent with; nothing before one that is a whole frame.
  std::size_t write_header(char* to, std::size_t message_size) const noexcept {
    return batch_ ? batch_->write_head(to, message_size) : write_frame_header(to, message_size);
  }
  std::string_view tail() const noexcept { return batch_ ? batch_->tail() : std::string_view(); }

  /// The header of a frame with so many octets.
  std::size_t write_frame_header(char* to, std::size_t size) const noexcept {
    return std::visit(
        [&](const auto& k) -> std::size_t {
          if constexpr (std::is_same_v<decltype(k), const websocket_client_framing&>)
            return 0;
          else
            return k.write_header(to, size);
        },
        kind_);
  }

  /// Whether frames are made by make_frame(), not by a header alone.
  bool makes_frames() const noexcept {
    return std::holds_alternative<websocket_client_framing>(kind_);
  }

  /// The frame of what the parts say in order. Iff makes_frames(). Any thread.
  slice make_frame(std::span<const std::string_view> parts) const;

  /// Iff makes_frames().
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

  framing(format f, std::size_t receive_limit, std::size_t send_limit, kind k)
      : kind_(std::move(k)), receive_limit_(receive_limit), send_limit_(send_limit), format_(f) {}

  template <class WebSocket>
  framing(subprotocol p, std::size_t max_message_size, std::type_identity<WebSocket>)
      : framing(
          p.encoding, max_message_size, std::numeric_limits<std::size_t>::max(),
          WebSocket(
              p.encoding == format::json,
              p.batched ? batch_format::limit(max_message_size) : max_message_size)) {
    if (p.batched)
      batch_.emplace(p.encoding);
  }

  void split_batches(received& out);

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
  std::size_t receive_limit_;
  std::size_t send_limit_;
  format format_;
  std::optional<batch_format> batch_;
  bool broken_ = false; // a batch could not be read
};

} // namespace wamp
