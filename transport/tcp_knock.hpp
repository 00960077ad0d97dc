// Whether anybody answers at a TCP address: asked before something that cannot be told to give up
// is made to connect there.
#pragma once

#include <tl/expected.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace wamp {

/// Connects and hangs up. Blocks until somebody has answered, for `patience` at most and for the
/// lookup of the name; any thread. Or why nobody did.
tl::expected<void, std::string>
knock(const std::string& host, std::uint16_t port, std::chrono::milliseconds patience);

} // namespace wamp
