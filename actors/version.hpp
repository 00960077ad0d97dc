// What the router calls itself, in WELCOME.Details.agent and on the command line.
#pragma once

#include <string_view>

namespace wamp {

inline constexpr std::string_view version = "0.1.0";
inline constexpr std::string_view agent = "caf-wamp/0.1.0";

} // namespace wamp
