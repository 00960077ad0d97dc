// What a listener shows of itself in TLS, and which certificates it wants to see of clients: read
// from files once, shared by all connections. Made by whoever configures a listener, used by its
// acceptor; replaced when the files have changed, and connections that are there keep theirs.
// Spec: RFC 8446, RFC 5246, RFC 7525 (what is sane).
#pragma once

#include <wamp/transport/tls_setup.hpp>
#include <wamp/transport/tls_stream.hpp>

#include <tl/expected.hpp>

#include <cstdint>
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace wamp {

/// Whether a client has to show a certificate. One that it shows must be good in any case.
enum class client_certificates : std::uint8_t {
  none,     ///< it is not asked for any
  optional, ///< it may go without
  required,
};

struct tls_server_options {
  /// PEM, with the certificates between it and the root behind it.
  std::string certificate_file{};

  /// Its private key, PEM, without a password; empty if it is in `certificate_file`.
  std::string key_file{};

  client_certificates clients = client_certificates::none;

  /// The authorities whose clients' certificates are good, PEM. Unless `clients` is none.
  std::string client_ca_file{};

  tls_version minimum = tls_version::tls_1_2;
};

/// Immutable, so any thread.
class tls_server_context {
public:
  /// Which of the files can not be used, and why, as a sentence that names it.
  struct fault {
    enum class file : std::uint8_t { certificate, key, client_ca };
    file which;
    std::string text;
  };

  using result = tl::expected<std::shared_ptr<const tls_server_context>, fault>;

  /// Reads the files.
  static result make(const tls_server_options& options);

  /// TLS for a socket that was accepted; `fd` stays the caller's, to be closed after the stream is
  /// gone. Throws std::bad_alloc.
  std::unique_ptr<tls_stream> accept(int fd) const;

private:
  explicit tls_server_context(std::shared_ptr<ssl_ctx_st> context);

  std::shared_ptr<ssl_ctx_st> context_;
};

} // namespace wamp
