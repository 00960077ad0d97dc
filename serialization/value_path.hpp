// The way from a message to a part of it, for errors. Internal to this room.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wamp {

/// One step from a message to a part of it: an index into a list, or a key of a dictionary.
using path_step = std::variant<std::size_t, std::string>;
using value_path = std::vector<path_step>;

/// "[2].acknowledge", "[1].roles.caller", "[4][3]"; odd keys are quoted and cut short.
std::string to_string(const value_path& path);

/// Somebody else's text in an error: in quotes, printable, cut short.
std::string quoted(std::string_view text);

} // namespace wamp
