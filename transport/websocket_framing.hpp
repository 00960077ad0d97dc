// The frames of an established WebSocket connection, server side: bytes in, messages out, and
// the headers of what the server sends. Pure; used by `framing`. Text is not checked for UTF-8
// here (the codec reads it anyway). No extensions. Spec: RFC 6455, sections 5 and 7.4.
#pragma once

#include <wamp/transport/received.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wamp {

class websocket_framing {
public:
  /// `text`: whether messages are text frames (JSON) or binary ones.
  websocket_framing(bool text, std::size_t max_message_size) noexcept
      : max_message_size_(max_message_size), text_(text) {}

  /// Takes all of `bytes`, however they are cut. After a close frame or a failure everything
  /// is ignored. The caller calls `out.finish()`.
  void feed(std::string_view bytes, received& out);

  static constexpr std::size_t max_header = 10;

  /// Writes the header of an unfragmented message; returns its size.
  std::size_t write_header(char* to, std::size_t message_size) const noexcept;

  static std::string ping() { return control_frame(opcode_ping, {}); }

  /// A close frame with a status code, without a reason text.
  static std::string close(std::uint16_t code);

  /// The close code that tells the peer of `reason`.
  static std::uint16_t code_of(close_reason reason) noexcept;

private:
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

  static std::string control_frame(unsigned opcode, std::string_view payload);
  bool check_start(std::string_view head, received& out) const noexcept;
  bool complete_head(std::string_view& bytes, std::string_view& head, received& out);
  bool read_header(std::string_view head, header& h, received& out) const noexcept;
  bool begin_message(const header& h, received& out);
  void collect(std::string_view& bytes, received& out);
  void take_control(const header& h, std::string_view masked, received& out);
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

} // namespace wamp
