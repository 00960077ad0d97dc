// Bytes that are written behind each other, wherever each of them stands. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace wamp {

inline std::size_t size_of(std::span<const std::string_view> parts) noexcept {
  std::size_t size = 0;
  for (auto part : parts)
    size += part.size();
  return size;
}

} // namespace wamp
