#include <wamp/transport/tls_context.hpp>
#include <wamp/transport/tls_error.hpp>

#include <arpa/inet.h>
#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <utility>

namespace wamp {

namespace {

using failure = tl::unexpected<std::string>;

/// "WHAT FILE: why", by the first entry of OpenSSL's queue, which is the cause of the others.
failure can_not_read(const char* what, const std::string& file) {
  auto entry = ERR_peek_error();
  return failure(std::string("can not read the ")
                     .append(what)
                     .append(" in ")
                     .append(file)
                     .append(": ")
                     .append(entry == 0 ? "it is empty" : tls_words_of(entry)));
}

/// OpenSSL's own would ask on the terminal.
int no_password(char*, int, int, void*) {
  return 0;
}

/// Empty, or what is wrong.
std::string trust(SSL_CTX* context, const std::string& file) {
  ERR_clear_error();
  if (file.empty())
    return SSL_CTX_set_default_verify_paths(context) == 1
               ? ""
               : "can not find the system's certificates";
  if (SSL_CTX_load_verify_file(context, file.c_str()) != 1)
    return can_not_read("certificates to trust", file).value();
  return {};
}

/// Empty, or what is wrong.
std::string show(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  if (certificate.empty())
    return key.empty() ? "" : "the key in " + key + " has no certificate";
  const auto& key_file = key.empty() ? certificate : key;
  auto mismatch = "the key in " + key_file + " does not match the certificate in " + certificate;
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1)
    return can_not_read("certificate", certificate).value();
  ERR_clear_error();
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return ERR_GET_LIB(ERR_peek_error()) == ERR_LIB_X509 ? mismatch
                                                         : can_not_read("key", key_file).value();
  return SSL_CTX_check_private_key(context) == 1 ? "" : mismatch;
}

bool is_address(const std::string& host) {
  in6_addr any{};
  return ::inet_pton(AF_INET, host.c_str(), &any) == 1
         || ::inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

/// Has the peer prove that it is `host`.
bool expect(SSL* session, const std::string& host) {
  if (is_address(host))
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, host.c_str()) == 1;
}

} // namespace

tls_context::tls_context(tls_options options, std::shared_ptr<ssl_ctx_st> context)
    : options_(std::move(options)), context_(std::move(context)) {}

tls_context::result tls_context::make(tls_options options) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_method()), &SSL_CTX_free);
  if (!context)
    throw std::bad_alloc();
  auto c = context.get();
  SSL_CTX_set_min_proto_version(
      c, options.minimum == tls_options::version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
  // A new handshake in the middle would have a write wait for a read.
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION);
  // An idle connection shall not keep 34 KB.
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
  // tls_stream counts the records that bring nothing.
  SSL_CTX_clear_mode(c, SSL_MODE_AUTO_RETRY);
  // One system call for a record, not one for its header and one for the rest.
  SSL_CTX_set_read_ahead(c, 1);
  SSL_CTX_set_default_passwd_cb(c, &no_password);
  SSL_CTX_set_verify(c, options.verify_peer ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (options.verify_peer)
    if (auto wrong = trust(c, options.ca_file); !wrong.empty())
      return failure(wrong);
  if (auto wrong = show(c, options.certificate_file, options.key_file); !wrong.empty())
    return failure(wrong);
  return std::shared_ptr<const tls_context>(
      new tls_context(std::move(options), std::move(context)));
}

tls_context::result tls_context::of_system() {
  static const auto context = make({});
  return context;
}

tl::expected<std::unique_ptr<tls_stream>, std::string>
tls_context::connect(int fd, const std::string& host) const {
  auto name = options_.server_name.empty() ? host : options_.server_name;
  if (name.ends_with('.'))
    name.pop_back(); // in a URL it may stand, in a certificate it does not
  auto session = SSL_new(context_.get());
  if (session == nullptr)
    throw std::bad_alloc();
  auto stream = std::make_unique<tls_stream>(session, fd);
  SSL_set_connect_state(session);
  if (!is_address(name) && SSL_set_tlsext_host_name(session, name.c_str()) != 1)
    return failure("TLS can not ask for \"" + name + "\": this is no host's name");
  if (options_.verify_peer && !expect(session, name))
    return failure("TLS can not check the name \"" + name + "\"");
  return stream;
}

} // namespace wamp
