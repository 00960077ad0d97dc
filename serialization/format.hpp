// The wire formats a WAMP peer can speak, and their names on the wire.
// Used by every room; spec: "Serializers" (basic profile) and "Transports".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wamp {

enum class format : std::uint8_t { json, msgpack, cbor };

inline constexpr std::array<format, 3> all_formats{format::json, format::msgpack, format::cbor};
inline constexpr std::size_t format_count = all_formats.size();

constexpr std::size_t index_of(format f) noexcept {
  return static_cast<std::size_t>(f);
}

/// "json", "msgpack" or "cbor".
constexpr std::string_view name_of(format f) noexcept {
  constexpr std::array<std::string_view, format_count> names{"json", "msgpack", "cbor"};
  return names[index_of(f)];
}

/// The WebSocket subprotocol, such as "wamp.2.json".
constexpr std::string_view subprotocol_of(format f) noexcept {
  constexpr std::array<std::string_view, format_count> names{
      "wamp.2.json", "wamp.2.msgpack", "wamp.2.cbor"};
  return names[index_of(f)];
}

/// The serializer number of the RawSocket handshake: JSON 1, MessagePack 2, CBOR 3.
constexpr std::uint8_t rawsocket_number_of(format f) noexcept {
  return static_cast<std::uint8_t>(index_of(f) + 1);
}

constexpr std::optional<format> format_of_rawsocket_number(unsigned number) noexcept {
  for (auto f : all_formats)
    if (rawsocket_number_of(f) == number)
      return f;
  return std::nullopt;
}

} // namespace wamp
