// Octets that nobody can foretell: the keys of a WebSocket client's masks and of its handshake.
// The kernel's generator, asked for some hundred of them at a time.
// Spec: RFC 6455, sections 4.1 and 5.3.
#pragma once

#include <span>

namespace wamp {

/// Any thread. Throws std::system_error on a kernel that has no such generator.
void fill_unpredictably(std::span<char> octets);

} // namespace wamp
