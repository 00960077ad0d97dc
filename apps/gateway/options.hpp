// The command line of wamp-gateway, and what it makes of the configuration.
#pragma once

#include <wamp/apps/gateway/add_user.hpp>
#include <wamp/apps/gateway/config.hpp>

#include <optional>
#include <string>
#include <vector>

namespace wamp {

struct options {
  std::optional<int> exit_code; ///< set when the program is done already, as after --help
  bool check_only = false;
  std::optional<new_user> added; ///< only its entry is wanted
  std::string config_file;
  std::vector<std::string> listen; ///< replaces the configured listeners when not empty
  std::vector<std::string> realms; ///< replaces the configured realms when not empty
  unsigned threads = 0;            ///< 0: not given
  std::string log_level;
  std::string log_format;
};

options read_options(int argc, char** argv);

/// The configuration file, or the built-in default, with the command line's changes applied;
/// or one line for each problem.
tl::expected<gateway_config, std::vector<std::string>> configure(const options& given);

} // namespace wamp
