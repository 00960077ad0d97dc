// Whose pages may speak to a listener: a browser tells by Origin which page it was that opened a
// WebSocket or sent a request, and only that keeps a foreign page from using what its visitor may.
// Pure. Used by http_handshake and long_poll_socket.
// Spec: RFC 6454, RFC 6455 section 10.2, https://fetch.spec.whatwg.org (CORS).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// "scheme://host", with a port if it is not the scheme's own; "null", which pages of no host send;
/// or "*" in a list: any.
bool is_origin(std::string_view text);

/// Whether a request with these headers may be served. No origin: this is no browser, and may.
/// `allowed` empty: pages of the same host may, whatever their port, as a router's port has no
/// pages.
bool is_allowed_origin(
    std::string_view origin, std::string_view host, const std::vector<std::string>& allowed);

/// Whether it may as one that is known by name, not as one of all: only such a page's requests may
/// carry what tells its visitor from others.
bool is_known_origin(
    std::string_view origin, std::string_view host, const std::vector<std::string>& allowed);

} // namespace wamp
