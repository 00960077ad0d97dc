// Reads the certificates and keys that a configuration names. Called by main before anything is
// served, and again when the files may have changed.
#pragma once

#include <wamp/apps/gateway/config.hpp>

#include <vector>

namespace wamp {

/// Gives each listener its TLS, if it shall have it. The errors are those of files that can not be
/// used, at the places of their names.
std::vector<config_error> load_tls(std::vector<listener_config>& listeners);

} // namespace wamp
