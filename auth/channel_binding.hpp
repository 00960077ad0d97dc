// What a login is bound to, so that nobody in between can pass it on.
// Spec: "TLS Channel Binding" (advanced profile), RFC 5929, RFC 9266. Pure; any thread.
#pragma once

#include <wamp/auth/peer_facts.hpp>

#include <string>
#include <string_view>

namespace wamp::channel_binding {

inline constexpr std::string_view tls_unique = "tls-unique";
inline constexpr std::string_view tls_exporter = "tls-exporter";
inline constexpr std::string_view tls_server_end_point = "tls-server-end-point";

/// The octets of that type; empty when there are none, or no TLS, or no such type.
std::string_view data(const channel_bindings* channel, std::string_view type) noexcept;

/// The 32 octets that cryptosign is bound to: those of the type tls-exporter, or the SHA-256 of
/// those of tls-unique, as Autobahn has it (the text says 32, and TLS 1.2 has 12). Empty when there
/// are none.
std::string id(const channel_bindings* channel, std::string_view type);

} // namespace wamp::channel_binding
