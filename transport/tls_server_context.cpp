#include <wamp/transport/tls_server_context.hpp>

#include <new>
#include <openssl/ssl.h>
#include <string_view>
#include <utility>

namespace wamp {

namespace {

/// Of TLS 1.2: what keeps old records secret when a key gets lost, and has no padding to ask about.
/// TLS 1.3 has no others.
constexpr const char* sane_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// OpenSSL wants to know whose sessions may be resumed here when clients show certificates.
constexpr std::string_view session_owner = "caf-wamp";

int verify_mode(client_certificates clients) noexcept {
  switch (clients) {
  case client_certificates::none:
    return SSL_VERIFY_NONE;
  case client_certificates::optional:
    return SSL_VERIFY_PEER;
  case client_certificates::required:
    return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  return SSL_VERIFY_NONE;
}

} // namespace

tls_server_context::tls_server_context(std::shared_ptr<ssl_ctx_st> context)
    : context_(std::move(context)) {}

tls_server_context::result tls_server_context::make(const tls_server_options& options) {
  using file = fault::file;
  auto context = make_tls_setup(options.minimum);
  auto c = context.get();
  if (SSL_CTX_set_cipher_list(c, sane_ciphers) != 1)
    throw std::bad_alloc(); // there is no other reason
  // Clients keep their sessions by tickets: no memory for each that ever came.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(
      c, reinterpret_cast<const unsigned char*>(session_owner.data()),
      static_cast<unsigned>(session_owner.size()));
  const auto& key = options.key_file.empty() ? options.certificate_file : options.key_file;
  if (auto wrong = show_certificate(c, options.certificate_file); !wrong.empty())
    return tl::unexpected(fault{file::certificate, std::move(wrong)});
  if (auto wrong = use_key(c, key, options.certificate_file); !wrong.empty())
    return tl::unexpected(fault{file::key, std::move(wrong)});
  SSL_CTX_set_verify(c, verify_mode(options.clients), nullptr);
  if (options.clients != client_certificates::none) {
    if (auto wrong = trust_authorities(c, options.client_ca_file); !wrong.empty())
      return tl::unexpected(fault{file::client_ca, std::move(wrong)});
    // Clients that have several certificates choose by this list.
    SSL_CTX_set_client_CA_list(c, SSL_load_client_CA_file(options.client_ca_file.c_str()));
  }
  return std::shared_ptr<const tls_server_context>(new tls_server_context(std::move(context)));
}

std::unique_ptr<tls_stream> tls_server_context::accept(int fd) const {
  auto session = SSL_new(context_.get());
  if (session == nullptr)
    throw std::bad_alloc();
  auto stream = std::make_unique<tls_stream>(session, fd);
  SSL_set_accept_state(session);
  return stream;
}

} // namespace wamp
