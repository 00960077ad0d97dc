// Opens what a configuration says of events. Called by main, once, before the realms start.
#pragma once

#include <wamp/apps/gateway/config.hpp>

#include <vector>

namespace wamp {

/// Gives each realm its event store. The errors are those of files that cannot be opened, at the
/// places of their names.
std::vector<config_error> open_event_stores(std::vector<realm_config>& realms);

} // namespace wamp
