// Octets that nobody can foretell: the keys of a WebSocket client's masks and of its handshake, and
// the names of what is known by its name alone. The kernel's generator, asked for some hundred of
// them at a time.
// Spec: RFC 6455, sections 4.1 and 5.3.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace wamp {

/// Any thread. Throws std::system_error on a kernel that has no such generator.
void fill_unpredictably(std::span<char> octets);

/// 128 bits of them, as 32 hexadecimal digits.
std::string unpredictable_token();

/// Whether it looks like one.
bool is_token(std::string_view text) noexcept;

} // namespace wamp
