#pragma once
// Frames of both transports, in both directions: WebSocket (RFC 6455, section 5) and RawSocket
// (WAMP Advanced Profile, "RawSocket Transport"). Used by the floor and by the load generator.

#include <wamp/test/bench/wire/byte_buffer.hpp>
#include <wamp/test/bench/wire/format.hpp>

#include <cstring>
#include <optional>

namespace wamp::bench {

enum class frame_kind : std::uint8_t { continuation, message, close, ping, pong };

struct frame {
  frame_kind kind;
  bool final;            ///< false: the message goes on in a continuation frame
  std::string_view body; ///< unmasked, inside the caller's buffer
  std::size_t size;      ///< octets of the buffer that the frame took
};

/// WebSocket clients must mask; a key of four zeros is a legal one and costs them nothing.
enum class side : std::uint8_t { client, server };

inline void put_websocket_header(byte_buffer& out, side from, unsigned opcode, std::size_t size) {
  char header[14];
  std::size_t n = 0;
  auto put = [&](std::size_t value) { header[n++] = static_cast<char>(value); };
  std::size_t mask_bit = from == side::client ? 0x80 : 0;
  put(0x80 | opcode);
  if (size < 126) {
    put(mask_bit | size);
  } else {
    int octets = size < 65536 ? 2 : 8;
    put(mask_bit | (octets == 2 ? 126 : 127));
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8)
      put(size >> shift & 0xff);
  }
  if (from == side::client) {
    std::memset(header + n, 0, 4);
    n += 4;
  }
  out.append({header, n});
}

inline void put_rawsocket_header(byte_buffer& out, unsigned type, std::size_t size) {
  char header[4] = {
      static_cast<char>(type), static_cast<char>(size >> 16), static_cast<char>(size >> 8),
      static_cast<char>(size)};
  out.append({header, 4});
}

/// Puts the header of one whole WAMP message of `size` octets.
inline void
put_message_header(byte_buffer& out, transport t, format f, side from, std::size_t size) {
  if (t == transport::rawsocket)
    put_rawsocket_header(out, 0, size);
  else
    put_websocket_header(out, from, f == format::json ? 1 : 2, size);
}

/// Puts the answer to a ping.
inline void put_pong(byte_buffer& out, transport t, side from, std::string_view body) {
  if (t == transport::rawsocket)
    put_rawsocket_header(out, 2, body.size());
  else
    put_websocket_header(out, from, 10, body.size());
  out.append(body);
}

inline void unmask(char* data, std::size_t size, const char* key) {
  std::uint32_t narrow = 0;
  std::memcpy(&narrow, key, 4);
  auto wide = static_cast<std::uint64_t>(narrow) << 32 | narrow;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + i, 8);
    word ^= wide;
    std::memcpy(data + i, &word, 8);
  }
  for (; i < size; ++i)
    data[i] = static_cast<char>(data[i] ^ key[i & 3]);
}

inline std::size_t big_endian(const char* data, std::size_t octets) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < octets; ++i)
    value = value << 8 | static_cast<unsigned char>(data[i]);
  return value;
}

inline std::optional<frame> read_websocket_frame(char* data, std::size_t available) {
  if (available < 2)
    return std::nullopt;
  auto first = static_cast<unsigned char>(data[0]);
  auto second = static_cast<unsigned char>(data[1]);
  std::size_t header = 2;
  std::size_t size = second & 0x7f;
  if (size >= 126) {
    std::size_t octets = size == 126 ? 2 : 8;
    if (available < 2 + octets)
      return std::nullopt;
    size = big_endian(data + 2, octets);
    header += octets;
  }
  bool masked = (second & 0x80) != 0;
  std::size_t body = header + (masked ? 4 : 0);
  if (available < body || available - body < size)
    return std::nullopt;
  if (masked)
    unmask(data + body, size, data + header);
  auto kind = frame_kind::message;
  switch (first & 0x0f) {
  case 0:
    kind = frame_kind::continuation;
    break;
  case 8:
    kind = frame_kind::close;
    break;
  case 9:
    kind = frame_kind::ping;
    break;
  case 10:
    kind = frame_kind::pong;
    break;
  default:
    break;
  }
  return frame{kind, (first & 0x80) != 0, {data + body, size}, body + size};
}

inline std::optional<frame> read_rawsocket_frame(char* data, std::size_t available) {
  if (available < 4)
    return std::nullopt;
  std::size_t size = big_endian(data + 1, 3);
  if (available - 4 < size)
    return std::nullopt;
  auto type = data[0] & 7;
  auto kind = type == 1 ? frame_kind::ping : type == 2 ? frame_kind::pong : frame_kind::message;
  return frame{kind, true, {data + 4, size}, 4 + size};
}

/// The first frame in `data`, unmasked in place, or nothing while part of it is missing.
inline std::optional<frame> read_frame(transport t, char* data, std::size_t available) {
  return t == transport::websocket ? read_websocket_frame(data, available)
                                   : read_rawsocket_frame(data, available);
}

} // namespace wamp::bench
