// Names and passwords in the one form in which they are compared, however they were typed.
// RFC 4013, RFC 3454. Spec: "Salted Challenge Response Authentication" (advanced profile).
// Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// Where a text comes from: what is stored may not have characters that Unicode 3.2 did not know.
enum class saslprep_use { query, stored };

/// Nothing when it has forbidden characters, is empty afterwards, or longer than 1024 octets.
std::optional<std::string> saslprep(std::string_view text, saslprep_use use = saslprep_use::query);

} // namespace wamp
