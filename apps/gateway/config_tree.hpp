// JSON with // and /* */ comments as a tree whose nodes know where they stand in the file: what
// the config reader reads, so that it can name the place of every mistake. Knows syntax only.
// Pure; any thread.
#pragma once

#include <tl/expected.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// Both from 1, as an editor counts: a column is a Unicode character, a tab is one too.
struct text_position {
  unsigned line = 1;
  unsigned column = 1;

  auto operator<=>(const text_position&) const = default;
};

/// A value, and its key if it is the member of an object.
struct config_node {
  enum class kind : std::uint8_t { null, boolean, number, string, array, object };

  kind type = kind::null;
  text_position at;                  ///< the value's first character
  text_position key_at;              ///< the quotation mark that begins the key
  std::string key;                   ///< members only
  std::string text;                  ///< string: its value; number, boolean: as written
  std::vector<config_node> children; ///< elements or members in their order, duplicates too

  /// The first member of that name, or null.
  const config_node* find(std::string_view name) const noexcept;
};

struct config_syntax_error {
  text_position at;
  std::string key; ///< the path of the value that was being read
  std::string text;
};

inline constexpr std::size_t max_config_depth = 32;

/// Takes what RFC 8259 allows, and comments; a byte order mark is skipped.
tl::expected<config_node, config_syntax_error> parse_config_tree(std::string_view text);

/// Paths as the user reads them: "listeners[0].limits".
std::string member_path(std::string_view parent, std::string_view key);
std::string element_path(std::string_view parent, std::size_t index);

/// Text of the file as it may be shown in one line of a log: shortened, no control characters.
std::string shown(std::string_view text);

} // namespace wamp
