#include <wamp/transport/tls_context.hpp>

#include <arpa/inet.h>
#include <new>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <utility>

namespace wamp {

namespace {

using failure = tl::unexpected<std::string>;

/// Empty, or what is wrong.
std::string trust(SSL_CTX* context, const std::string& file) {
  if (!file.empty())
    return trust_authorities(context, file);
  return SSL_CTX_set_default_verify_paths(context) == 1 ? ""
                                                        : "can not find the system's certificates";
}

/// Empty, or what is wrong.
std::string show(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  if (certificate.empty())
    return key.empty() ? "" : "the key in " + key + " has no certificate";
  auto wrong = show_certificate(context, certificate);
  return wrong.empty() ? use_key(context, key.empty() ? certificate : key, certificate) : wrong;
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
  auto context = make_tls_setup(options.minimum, options.maximum);
  auto c = context.get();
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
