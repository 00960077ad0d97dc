// The frames of an established WebSocket connection, of either role: bytes in, messages out, and
// the headers or frames of what is sent. Used by `framing`. Text is not checked for UTF-8 here
// (the codec reads it anyway). No extensions. Spec: RFC 6455, sections 5 and 7.4.
#pragma once

#include <wamp/transport/received.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wamp {

enum class websocket_role : std::uint8_t {
  server, ///< takes masked frames, sends plain ones
  client, ///< the other way round
};

/// The role is a compile-time choice: the server's path asks nobody for it.
template <websocket_role Role>
class basic_websocket_framing {
public:
  /// `text`: whether messages are text frames (JSON) or binary ones.
  basic_websocket_framing(bool text, std::size_t max_message_size) noexcept
      : max_message_size_(max_message_size), text_(text) {}

  /// Takes all of `bytes`, however they are cut. After a close frame or a failure everything
  /// is ignored. The caller calls `out.finish()`.
  void feed(std::string_view bytes, received& out);

  /// Without a mask's key.
  static constexpr std::size_t max_header = 10;

  /// Writes the header of an unfragmented message, to be sent before it; returns its size.
  std::size_t write_header(char* to, std::size_t message_size) const noexcept
      requires(Role == websocket_role::server);

  /// A client's messages are masked, so they become whole frames: what max_masked_header and the
  /// message need. Each has a key of its own that nobody can foretell.
  static constexpr std::size_t max_masked_header = max_header + mask_key{}.size();

  /// Writes header, key and masked message, of which the parts are given in order; returns the
  /// size of all. Any thread.
  std::size_t write_frame(char* to, std::span<const std::string_view> message) const
      requires(Role == websocket_role::client);

  static std::string ping() { return control_frame(opcode_ping, {}); }

  /// A close frame with a status code, without a reason text.
  static std::string close(std::uint16_t code);

  /// The close code that tells the peer of `reason`.
  static std::uint16_t code_of(close_reason reason) noexcept;

private:
  static constexpr bool is_server = Role == websocket_role::server;

  static constexpr unsigned opcode_continuation = 0x0;
  static constexpr unsigned opcode_text = 0x1;
  static constexpr unsigned opcode_binary = 0x2;
  static constexpr unsigned opcode_close = 0x8;
  static constexpr unsigned opcode_ping = 0x9;
  static constexpr unsigned opcode_pong = 0xA;

  struct header {
    unsigned opcode = 0;
    bool fin = false;
    std::uint64_t length = 0;
    mask_key key{};
  };

  static std::size_t head_size(std::string_view head) noexcept;
  static std::string control_frame(unsigned opcode, std::string_view payload);
  std::size_t write_plain_header(char* to, std::size_t message_size) const noexcept;
  bool check_start(std::string_view head, received& out) const noexcept;
  bool complete_head(std::string_view& bytes, std::string_view& head, received& out);
  bool read_header(std::string_view head, header& h, received& out) const noexcept;
  bool begin_message(const header& h, received& out);
  void collect(std::string_view& bytes, received& out);
  void take_control(const header& h, std::string_view payload, received& out);
  void take_close(std::string_view payload, received& out);

  std::string partial_;    // a message of which more is to come, unmasked
  std::string carry_;      // the beginning of a header, or of a control frame
  std::uint64_t left_ = 0; // octets of the current data frame still to come
  std::size_t max_message_size_;
  mask_key key_{};
  std::uint8_t phase_ = 0;
  bool text_;
  bool in_frame_ = false;   // within the payload of a data frame
  bool in_message_ = false; // between the first and the last frame of a message
  bool last_frame_ = false;
  bool ended_ = false;
};

using websocket_framing = basic_websocket_framing<websocket_role::server>;
using websocket_client_framing = basic_websocket_framing<websocket_role::client>;

extern template class basic_websocket_framing<websocket_role::server>;
extern template class basic_websocket_framing<websocket_role::client>;

} // namespace wamp
