// A message's bytes made smaller, and large again: what permessage-deflate does to the payload of a
// WebSocket message. Each message is compressed for itself, so nothing is kept between two of them
// but the working memory of the thread (some 300 KiB on one that does both).
// Pure; used by websocket_framing and `framing`. Spec: RFC 7692, sections 7.2.1 and 7.2.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wamp {

/// The base-two logarithms of the LZ77 windows. zlib's compressor can not keep to the smallest.
inline constexpr unsigned least_window_bits = 8;
inline constexpr unsigned most_window_bits = 15;

/// Messages below are sent as they are: there is little to save.
inline constexpr std::size_t worth_deflating = 256;

/// What the parts say in order, compressed with such a window; none if that is not smaller. Any
/// thread.
std::optional<std::string>
deflate_message(std::span<const std::string_view> parts, unsigned window_bits);

enum class inflate_result : std::uint8_t { done, too_big, corrupt };

/// Appends to `out`, which is empty, what was compressed with any window. Stops at `limit` octets.
inflate_result inflate_message(std::string compressed, std::size_t limit, std::string& out);

/// The largest payload that a message of `size` octets may have when it is compressed: a little
/// larger than the message, if that is noise.
constexpr std::size_t most_deflated(std::size_t size) noexcept {
  return size + size / 8 + 64;
}

} // namespace wamp
