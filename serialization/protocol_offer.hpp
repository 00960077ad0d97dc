// What a client that opens a long-poll transport asks for, which is the one piece of JSON beside
// messages that the wire has. Used by long_poll_socket. Thread-safe.
// Spec: "HTTP Longpoll Transport" (advanced profile).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// The names in {"protocols": ["wamp.2.json", ...]}, by preference; other members are ignored.
/// Nothing if `json` is not such an object.
std::optional<std::vector<std::string>> offered_protocols(std::string_view json);

} // namespace wamp
