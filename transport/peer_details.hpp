// What a connection knows of its peer beside its messages: for who decides whether it may come in.
// Filled in by the connection when its handshake is complete.
// Spec: "TLS Channel Binding" (advanced profile), RFC 5929, RFC 9266.
#pragma once

#include <optional>
#include <string>

namespace wamp {

/// A certificate that the peer has shown, and that leads to an authority whom we trust.
struct verified_certificate {
  std::string common_name; ///< of its subject; empty unless there is exactly one
  std::string sha256;      ///< its fingerprint, 64 hexadecimal digits in lower case
};

/// Both ends of an honest TLS connection know the same bytes, and nobody in between does.
struct tls_details {
  /// The first Finished message; empty in TLS 1.3, which does not keep it apart from others'.
  std::string unique;
  /// 32 octets; empty where a man in the middle could have made two connections that agree on it:
  /// in TLS 1.2 without the extended master secret (RFC 7627).
  std::string exporter;
  /// The hash of the server's certificate; empty if its signature names no hash.
  std::string server_end_point;
  std::optional<verified_certificate> certificate;
};

struct peer_details {
  std::string address;            ///< of IP, without port; empty for the peer of a Unix socket
  std::optional<tls_details> tls; ///< iff the connection is TLS
  std::string cookie;             ///< of the listener's name for it; empty: it serves none
};

} // namespace wamp
