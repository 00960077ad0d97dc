// What is different between two readings of a configuration file. Pure; any thread.
#pragma once

#include <wamp/apps/gateway/config_tree.hpp>

#include <string>
#include <vector>

namespace wamp {

/// The keys, as paths such as "listeners[0].backlog", whose values differ or that only one of the
/// files has; of a list that has grown or shrunk, the list. In the order of `after`, with what is
/// missing there at the end of its object.
std::vector<std::string> changed_keys(const config_node& before, const config_node& after);

} // namespace wamp
