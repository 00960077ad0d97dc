// Bytes as text for JSON, which has no binary type. Used by the JSON codec.
// Spec: "Binary conversion of JSON Strings" (basic profile); RFC 4648. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// Appends the base64 text of `bytes`, with padding, to `out`.
void append_base64(std::string& out, std::string_view bytes);

/// The bytes behind `text`; nothing when it is not padded base64 of the standard alphabet.
std::optional<std::string> from_base64(std::string_view text);

} // namespace wamp
