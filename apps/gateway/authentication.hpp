// Opens the ways into the realms of a configuration, and replaces their users while they run.
// Called by main.
#pragma once

#include <wamp/apps/gateway/config.hpp>

#include <vector>

namespace wamp {

/// Gives each realm its methods, and starts nothing. The errors: what one realm says of another
/// that is not there, and keys that can not be read.
std::vector<config_error> open_authentication(gateway_config& config);

/// From here on the users of `running` are those that `fresh` lists for the realm of that name, and
/// browsers of those whose entry is gone, or is another, are forgotten. Nothing else changes; the
/// sessions that are there stay.
void replace_users(std::vector<realm_config>& running, const std::vector<realm_config>& fresh);

} // namespace wamp
