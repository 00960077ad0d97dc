// One value as JSON text, for protocols that carry JSON inside of a string.
// Spec: "Challenge Response Authentication" (advanced profile). Pure; any thread.
#pragma once

#include <wamp/serialization/value.hpp>

#include <string>

namespace wamp {

std::string json_text(const value& v);

} // namespace wamp
