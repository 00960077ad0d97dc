// The program's log: spdlog on standard error, as text or as one JSON object per line.
#pragma once

#include <wamp/apps/gateway/config.hpp>

namespace wamp {

void start_logging(const log_settings& settings);

/// The level of these that logs more.
const std::string& louder(const std::string& a, const std::string& b);

/// Any thread, once it was started.
void set_log_level(const std::string& level);

} // namespace wamp
