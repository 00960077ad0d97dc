// The addresses of a host. The system's lookup blocks, for seconds if it must ask a server that is
// silent, so it runs on a thread that nobody waits for. Used by connectors.
#pragma once

#include <wamp/transport/socket_address.hpp>

#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

/// At least one address, in the order in which they should be tried (RFC 6724); or why not.
using lookup_result = tl::expected<std::vector<socket_address>, std::string>;

/// What `host` means if it is an address already; nothing if it is a name. Does not block.
std::optional<socket_address> read_address(const std::string& host, std::uint16_t port);

/// Calls `on_found` once on a thread of its own, maybe long after the caller has gone. It must not
/// throw. An error if there can be no such thread: then it is not called.
tl::expected<void, std::string>
look_up(std::string host, std::uint16_t port, std::function<void(lookup_result)> on_found);

} // namespace wamp
