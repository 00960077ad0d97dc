// The cookie by which a listener knows a browser again: made when one comes without, read when it
// comes with it. It says nothing by itself; who has it may be known to a method of authentication.
// Pure. Used by http_handshake and long_poll_socket. Spec: RFC 6265, and its successor for
// SameSite.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace wamp {

struct cookie_options {
  std::string name; ///< empty: no cookie is served
  /// How long a browser keeps it.
  std::chrono::seconds max_age{std::chrono::hours{24 * 7}};
};

/// A token of RFC 7230, as a cookie's name has to be.
bool is_cookie_name(std::string_view text);

/// The value in a request's Cookie header, if it looks like one that was made here; else empty.
std::string_view find_cookie(std::string_view header, std::string_view name);

struct known_browser {
  std::string value;
  std::string header{}; ///< Set-Cookie, if the value is new. No script can read it, no other site's
                        ///< page has it sent, and it goes over TLS only, if it was set there
};

/// By the request's Cookie header, or by a new value, which nobody can guess. Nothing if no cookie
/// is served.
known_browser know_again(std::string_view header, const cookie_options& options, bool over_tls);

} // namespace wamp
