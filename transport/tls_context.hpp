// Whom a side of TLS trusts, and what it shows of itself: read from files once, shared by all
// connections. Made by whoever configures a client, used by connectors. Spec: RFC 8446, RFC 6125
// (names in certificates), RFC 6066 section 3 (server_name).
//
// No protocol is offered by ALPN: the port speaks one, and a server that knows ALPN takes a client
// without it for HTTP/1.1, which is what a WebSocket begins with.
#pragma once

#include <wamp/transport/tls_setup.hpp>
#include <wamp/transport/tls_stream.hpp>

#include <tl/expected.hpp>

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace wamp {

/// A client's.
struct tls_options {
  using version = tls_version;

  /// The certificates to trust, PEM; empty for the system's.
  std::string ca_file{};

  /// Shown to a router that asks for one, PEM, with the certificates between it and the root
  /// behind it; empty for none.
  std::string certificate_file{};

  /// Its private key, PEM, without a password; empty if it is in `certificate_file`.
  std::string key_file{};

  version minimum = version::tls_1_2;

  /// Older than the newest only for what that does not have: the channel binding "tls-unique".
  version maximum = version::tls_1_3;

  /// The name or IP address that the router's certificate is for; empty for the URL's host.
  std::string server_name{};

  /// Whether the router has to prove who it is. Without, whoever is on the way can read and
  /// change everything: for development alone.
  bool verify_peer = true;
};

/// Immutable, so any thread; each connection keeps what it needs of it.
class tls_context {
public:
  using result = tl::expected<std::shared_ptr<const tls_context>, std::string>;

  /// Reads the files. The error is a sentence that names the file.
  static result make(tls_options options);

  /// The one of default options, made when first asked for and shared by the whole process.
  static result of_system();

  /// TLS for a socket that was connected to `host`, a name or an IP address. `fd` stays the
  /// caller's, to be closed after the stream is gone. The error is a sentence.
  tl::expected<std::unique_ptr<tls_stream>, std::string>
  connect(int fd, const std::string& host) const;

private:
  tls_context(tls_options options, std::shared_ptr<ssl_ctx_st> context);

  tls_options options_;
  std::shared_ptr<ssl_ctx_st> context_;
};

} // namespace wamp
