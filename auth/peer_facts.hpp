// What the transport knows of whoever wants to come in: where it comes from, what TLS has agreed
// upon with it, which cookie it brought. Made by a gateway for each connection, read by the methods
// of authentication. Immutable and shared.
// Spec: "TLS Channel Binding", "TLS Certificate-based Authentication" (advanced profile), RFC 5929,
// RFC 9266.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace wamp {

/// A certificate that the peer has shown, and that a certificate authority of ours has signed.
struct peer_certificate {
  std::string common_name; ///< of its subject
  std::string sha256;      ///< its fingerprint, 64 hexadecimal digits in lower case
};

/// The bytes that a channel is bound to; both ends of an honest connection know the same.
struct channel_bindings {
  std::string tls_unique;           ///< 12 octets; empty over TLS 1.3, which has none
  std::string tls_exporter;         ///< 32 octets (RFC 9266)
  std::string tls_server_end_point; ///< hash of the router's certificate (RFC 5929)
};

struct peer_facts {
  std::string address; ///< without port; empty: an actor
  /// "websocket", "rawsocket", "longpoll", "node" for an actor of another, or "local".
  std::string_view transport = "local";
  std::optional<channel_bindings> channel; ///< iff the connection is TLS
  std::optional<peer_certificate> certificate;
  std::string cookie; ///< the value of the router's cookie, or empty
};

using peer_ref = std::shared_ptr<const peer_facts>;

} // namespace wamp
