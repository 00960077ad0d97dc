// A point in time as the meta API writes it: RFC 3339, UTC, with milliseconds. Pure.
#pragma once

#include <chrono>
#include <string>

namespace wamp {

std::string timestamp(std::chrono::system_clock::time_point when);

} // namespace wamp
