// Why a value is not the C++ type that somebody asked for: what was expected, what was found, and
// where. The converters make it, users read it.
// Spec: none of its own; an INVOCATION that fails so is answered with
// `wamp.error.invalid_argument`. Pure functions; any thread.
#pragma once

#include <wamp/serialization/value.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace wamp {

/// Owns its content. Bounded: it quotes at most the beginning of a foreign string or key.
struct conversion_error {
  std::string expected; ///< such as "an integer from 0 to 255"
  std::string found;    ///< such as "300"
  std::string path;     ///< where, such as "[0].name[3]"; empty: the value as a whole

  /// "expected an integer from 0 to 255, found 300, in [0].name[3]"
  std::string to_string() const;

  bool operator==(const conversion_error&) const = default;
};

using conversion_result = tl::expected<void, conversion_error>;

/// What a converter of your own returns when it does not like `found`: `expected` follows the word
/// "expected", as in "a date such as 2024-02-29".
tl::unexpected<conversion_error> expected_but_found(std::string expected, const value& found);

/// The result for a part, as one for the whole: an error gets the part's place before its path.
conversion_result within(std::size_t index, conversion_result part);
conversion_result within(std::string_view key, conversion_result part);

} // namespace wamp
