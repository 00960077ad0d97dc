// What a client's and a server's context of TLS have in common: which TLS, and how files of
// certificates and keys are read. Used by tls_context and tls_server_context.
// Spec: RFC 8446, RFC 5246, RFC 7525.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace wamp {

/// Nothing older than these is ever spoken.
enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };

/// TLS as tls_stream wants it, without any certificate. Throws std::bad_alloc.
std::shared_ptr<ssl_ctx_st>
make_tls_setup(tls_version minimum, tls_version maximum = tls_version::tls_1_3);

// Each answers what is wrong, as a sentence that names the file, or nothing.

/// Trusts the authorities in `file`, PEM.
std::string trust_authorities(ssl_ctx_st* context, const std::string& file);

/// Shows the first certificate in `file`, PEM, and those behind it, which lead to the root.
std::string show_certificate(ssl_ctx_st* context, const std::string& file);

/// The private key of the certificate in `certificate`, PEM, without a password.
std::string use_key(ssl_ctx_st* context, const std::string& file, const std::string& certificate);

} // namespace wamp
