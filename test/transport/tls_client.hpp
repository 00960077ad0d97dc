// A listener behind TLS, and a client of it that is none of our code: Asio's.
#pragma once

#include <wamp/transport/tls_server_context.hpp>

#include "tls_router.hpp"

namespace wamp::testing {

inline std::shared_ptr<const tls_server_context> server_context(const tls_server_options& o) {
  auto made = tls_server_context::make(o);
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().text));
  return *made;
}

/// Shows `mine`.
inline std::shared_ptr<const tls_server_context>
showing(const credential& mine, tls_server_options o = {}) {
  scratch_folder files;
  o.certificate_file = files.file("mine.pem", mine.certificate_pem() + mine.key_pem());
  if (o.clients != client_certificates::none)
    o.client_ca_file = files.file("clients.pem", test_authority().certificate_pem());
  return server_context(o);
}

inline const credential& test_router() {
  static const auto router = make_credential({}, &test_authority());
  return router;
}

inline listener_options over_tls(tls_server_options tls = {}) {
  listener_options o;
  o.tls = showing(test_router(), std::move(tls));
  return o;
}

class tls_client : public client {
public:
  explicit tls_client(const listen_address& to) : client(to), tls(asio::ssl::context::tls_client) {
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.add_certificate_authority(asio::buffer(test_authority().certificate_pem()));
  }

  void show(const credential& mine) {
    tls.use_certificate(asio::buffer(mine.certificate_pem()), asio::ssl::context::pem);
    tls.use_private_key(asio::buffer(mine.key_pem()), asio::ssl::context::pem);
  }

  /// With what `tls` says until then. `session`: to be resumed.
  error_code shake_hands(SSL_SESSION* session = nullptr) {
    stream.emplace(socket, tls);
    if (session != nullptr)
      SSL_set_session(native(), session);
    return run([&](auto done) { stream->async_handshake(asio::ssl::stream_base::client, done); })
        .first;
  }

  void write(std::string_view bytes) {
    auto error = run([&](auto done) {
                   asio::async_write(*stream, asio::buffer(bytes.data(), bytes.size()), done);
                 }).first;
    REQUIRE_MESSAGE(!error, error.message());
  }

  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    auto [error, n] = run([&](auto done) { asio::async_read(*stream, asio::buffer(bytes), done); });
    last_error = error;
    bytes.resize(n);
    return bytes;
  }

  std::string read_all() {
    std::string bytes;
    last_error =
        run([&](auto done) { asio::async_read(*stream, asio::dynamic_buffer(bytes), done); }).first;
    return bytes;
  }

  /// RawSocket, JSON.
  void begin_rawsocket() {
    write(std::string("\x7F\xF1\0\0", 4));
    REQUIRE(read(4) == std::string("\x7F\xF1\0\0", 4));
  }

  SSL* native() { return stream->native_handle(); }

  asio::ssl::context tls;
  std::optional<asio::ssl::stream<client_socket&>> stream;
};

} // namespace wamp::testing
