#include <wamp/transport/tls_error.hpp>
#include <wamp/transport/tls_setup.hpp>

#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace wamp {

namespace {

/// "WHAT FILE: why", by the first entry of OpenSSL's queue, which is the cause of the others.
std::string can_not_read(const char* what, const std::string& file) {
  auto entry = ERR_peek_error();
  return std::string("can not read the ")
      .append(what)
      .append(" in ")
      .append(file)
      .append(": ")
      .append(entry == 0 ? "it is empty" : tls_words_of(entry));
}

int number_of(tls_version v) {
  return v == tls_version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
}

/// OpenSSL's own would ask on the terminal.
int no_password(char*, int, int, void*) {
  return 0;
}

} // namespace

std::shared_ptr<ssl_ctx_st> make_tls_setup(tls_version minimum, tls_version maximum) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_method()), &SSL_CTX_free);
  if (!context)
    throw std::bad_alloc();
  auto c = context.get();
  SSL_CTX_set_min_proto_version(c, number_of(minimum));
  SSL_CTX_set_max_proto_version(c, number_of(maximum));
  // A new handshake in the middle would have a write wait for a read. What is compressed betrays
  // its secrets by its length.
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // An idle connection shall not keep 34 KB.
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
  // tls_stream counts the records that bring nothing.
  SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
  // One system call for a record, not one for its header and one for the rest.
  SSL_CTX_set_read_ahead(c, 1);
  SSL_CTX_set_default_passwd_cb(c, &no_password);
  return context;
}

std::string trust_authorities(ssl_ctx_st* context, const std::string& file) {
  ERR_clear_error();
  if (SSL_CTX_load_verify_file(context, file.c_str()) != 1)
    return can_not_read("certificates to trust", file);
  return {};
}

std::string show_certificate(ssl_ctx_st* context, const std::string& file) {
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) != 1)
    return can_not_read("certificate", file);
  return {};
}

std::string use_key(ssl_ctx_st* context, const std::string& file, const std::string& certificate) {
  auto mismatch = "the key in " + file + " does not match the certificate in " + certificate;
  ERR_clear_error();
  if (SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) != 1)
    return ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_X509 ? mismatch : can_not_read("key", file);
  return SSL_CTX_check_private_key(context) == 1 ? "" : mismatch;
}

} // namespace wamp
