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

/// Finds the addresses of a name; may block, may be called on any thread, must not throw.
using name_resolver = std::function<lookup_result(const std::string& host, std::uint16_t port)>;

/// The system's.
lookup_result resolve_name(const std::string& host, std::uint16_t port);

/// What `host` means if it is an address already; nothing if it is a name. Does not block.
std::optional<socket_address> read_address(const std::string& host, std::uint16_t port);

/// Calls `resolve`, and `on_found` with what it found, on a thread of its own, maybe long after the
/// caller has gone. It must not throw. An error if there can be no such thread: then neither is
/// called.
tl::expected<void, std::string> look_up(
    name_resolver resolve, std::string host, std::uint16_t port,
    std::function<void(lookup_result)> on_found);

} // namespace wamp
