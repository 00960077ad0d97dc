// Whether text is UTF-8: the one validator of all codecs. Pure functions; any thread.
// Spec: "Serializers" (strings are Unicode); RFC 3629.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wamp {

/// How many leading bytes are well-formed UTF-8: `text.size()` when all are.
std::size_t valid_utf8_prefix(std::string_view text) noexcept;

inline bool is_valid_utf8(std::string_view text) noexcept {
  return valid_utf8_prefix(text) == text.size();
}

/// `text` with U+FFFD in the place of what is not UTF-8: for strings that applications made.
std::string repaired_utf8(std::string_view text);

} // namespace wamp
