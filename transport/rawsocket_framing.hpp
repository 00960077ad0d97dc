// RawSocket: the handshake's rules for both sides and the frames after it, which are the same
// for both. Pure; used by `transport_handshake`, `rawsocket_client_handshake` and `framing`.
// Spec: "RawSocket Transport" (advanced profile).
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/transport/received.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wamp {

inline constexpr char rawsocket_magic = 0x7F;
inline constexpr std::size_t rawsocket_handshake_size = 4;

/// The errors that a router answers a handshake with.
enum class rawsocket_error : std::uint8_t {
  none = 0,
  serializer_unsupported = 1,
  length_unacceptable = 2,
  reserved_bits = 3,
  too_many_connections = 4,
};

struct rawsocket_answer {
  rawsocket_error error = rawsocket_error::none;
  format chosen{};
  std::size_t send_limit = 0; ///< the largest message that the client takes
  std::string reply;          ///< the four octets to send back
};

/// The largest power of two from 512 to 2^24 that is not above `size` (512 if it is below).
std::size_t rawsocket_limit(std::size_t size) noexcept;

/// Answers a client's handshake, of which the first octet is known to be 0x7F.
/// `receive_limit` is one that rawsocket_limit() gave.
rawsocket_answer answer_rawsocket(
    std::string_view handshake, std::span<const format> offered, std::size_t receive_limit);

/// What a client begins with. `receive_limit` is one that rawsocket_limit() gave.
std::string rawsocket_request(format wanted, std::size_t receive_limit);

/// What a client finds in the answer to its handshake.
struct rawsocket_reply {
  rawsocket_error error = rawsocket_error::none;
  std::string detail;         ///< why it is none to go on with, for the user; else empty
  std::size_t send_limit = 0; ///< the largest message that the router takes
};

/// Reads the answer to a request for `wanted`, of which at least one octet came; nothing while
/// there is too little of it.
std::optional<rawsocket_reply> read_rawsocket_answer(std::string_view answer, format wanted);

/// The reply that refuses.
std::string rawsocket_refusal(rawsocket_error error);

class rawsocket_framing {
public:
  explicit rawsocket_framing(std::size_t max_message_size) noexcept
      : max_message_size_(max_message_size) {}

  /// Takes all of `bytes`, however they are cut. After a failure everything is ignored. The
  /// caller calls `out.finish()`.
  void feed(std::string_view bytes, received& out);

  static constexpr std::size_t max_header = 4;

  /// Writes the header of a message of at most 2^24 octets; returns its size.
  static std::size_t write_header(char* to, std::size_t message_size) noexcept;

  static std::string ping();

private:
  enum class kind : std::uint8_t { message = 0, ping = 1, pong = 2 };

  bool begin_frame(std::string_view head, received& out);
  void collect(std::string_view& bytes, received& out);
  void finish_frame(std::string_view payload, received& out);

  std::string partial_;  // the frame of which more is to come
  std::string carry_;    // the beginning of a header
  std::size_t left_ = 0; // octets of the frame still to come
  std::size_t max_message_size_;
  kind kind_{};
  bool in_frame_ = false;
  bool ended_ = false;
};

} // namespace wamp
