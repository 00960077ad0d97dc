// Opens the ways into the realms of a configuration, and replaces their users while they run.
// Called by main.
#pragma once

#include <wamp/apps/gateway/config.hpp>

#include <vector>

namespace wamp {

/// Gives each realm its methods. The errors: what one realm says of another that is not there.
std::vector<config_error> open_authentication(std::vector<realm_config>& realms);

/// From here on the users of `running` are those that `fresh` lists for the realm of that name, and
/// browsers of those who are gone, or have another role, are forgotten. Nothing else changes; the
/// sessions that are there stay.
void replace_users(std::vector<realm_config>& running, const std::vector<realm_config>& fresh);

} // namespace wamp
