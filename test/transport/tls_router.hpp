// A router behind TLS that is none of our code: Asio's and Beast's, and does what the test says,
// step by step.
#pragma once

#include <boost/asio/ssl.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "certificates.hpp"
#include "dialer.hpp"

namespace wamp::testing {

/// The authority that a test's client trusts.
inline const credential& test_authority() {
  static const auto authority = make_authority("our authority");
  return authority;
}

class tls_router : public client {
public:
  using stream_type = asio::ssl::stream<asio::ip::tcp::socket>;

  explicit tls_router(
      const certificate_text& text = {}, const credential* issuer = &test_authority())
      : tls(asio::ssl::context::tls_server), gate_(context, {asio::ip::address_v4::loopback(), 0}) {
    auto mine = make_credential(text, issuer);
    tls.use_certificate(asio::buffer(mine.certificate_pem()), asio::ssl::context::pem);
    tls.use_private_key(asio::buffer(mine.key_pem()), asio::ssl::context::pem);
  }

  router_url url(router_url::protocol speaks, const std::string& host = "127.0.0.1") const {
    router_url u;
    u.speaks = speaks;
    u.tls = true;
    u.host = host;
    u.port = gate_.local_endpoint().port();
    return u;
  }

  /// A client is asked for a certificate that the test's authority has signed.
  void ask_for_certificate() {
    tls.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    tls.add_certificate_authority(asio::buffer(test_authority().certificate_pem()));
  }

  void accept() {
    websocket_.reset();
    stream.emplace(context, tls);
    auto error = run([&](auto done) { gate_.async_accept(stream->next_layer(), done); }).first;
    REQUIRE(!error);
  }

  error_code shake_hands() {
    return run([&](auto done) { stream->async_handshake(asio::ssl::stream_base::server, done); })
        .first;
  }

  /// A whole connection. Its options are those of wamp.2.json.
  void accept(router_url::protocol speaks) {
    accept();
    auto error = shake_hands();
    REQUIRE_MESSAGE(!error, error.message());
    if (speaks == rawsocket_url) {
      REQUIRE(read(4) == std::string("\x7F\xF1\0\0", 4));
      write(std::string("\x7F\xF1\0\0", 4));
      return;
    }
    websocket_.emplace(*stream);
    websocket_->set_option(websocket::stream_base::decorator(
        [](websocket::response_type& r) { r.set("Sec-WebSocket-Protocol", "wamp.2.json"); }));
    error = run([&](auto done) { websocket_->async_accept(done); }).first;
    REQUIRE_MESSAGE(!error, error.message());
    websocket_->text(true);
  }

  error_code try_write(std::string_view bytes) {
    return run([&](auto done) {
             asio::async_write(*stream, asio::buffer(bytes.data(), bytes.size()), done);
           })
        .first;
  }

  void write(std::string_view bytes) {
    auto error = try_write(bytes);
    REQUIRE_MESSAGE(!error, error.message());
  }

  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    auto [error, n] = run([&](auto done) { asio::async_read(*stream, asio::buffer(bytes), done); });
    last_error = error;
    bytes.resize(n);
    return bytes;
  }

  /// All to the end of TLS's stream; `last_error` is asio::error::eof if it ended by close_notify.
  std::string read_all() {
    std::string bytes;
    last_error =
        run([&](auto done) { asio::async_read(*stream, asio::dynamic_buffer(bytes), done); }).first;
    return bytes;
  }

  void send(std::string_view message) {
    if (!websocket_) {
      write(raw_client::frame(message));
      return;
    }
    auto error = run([&](auto done) {
                   websocket_->async_write(asio::buffer(message.data(), message.size()), done);
                 }).first;
    REQUIRE_MESSAGE(!error, error.message());
  }

  std::string receive() {
    if (!websocket_) {
      auto head = read(4);
      REQUIRE(head.size() == 4);
      auto octet = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
      return read((octet(1) << 16U) | (octet(2) << 8U) | std::size_t{octet(3)});
    }
    beast::flat_buffer buffer;
    auto error = run([&](auto done) { websocket_->async_read(buffer, done); }).first;
    REQUIRE_MESSAGE(!error, error.message());
    return beast::buffers_to_string(buffer.data());
  }

  /// TLS's end, and the wait for the other's.
  error_code say_goodbye() {
    return run([&](auto done) { stream->async_shutdown(done); }).first;
  }

  asio::ip::tcp::socket& tcp() { return stream->next_layer(); }
  SSL* native() { return stream->native_handle(); }
  websocket::stream<stream_type&>& ws() { return *websocket_; }

  asio::ssl::context tls;
  std::optional<stream_type> stream;

private:
  asio::ip::tcp::acceptor gate_;
  std::optional<websocket::stream<stream_type&>> websocket_;
};

inline std::shared_ptr<const tls_context> context_of(const tls_options& options) {
  auto made = tls_context::make(options);
  REQUIRE_MESSAGE(made.has_value(), made.error());
  return *made;
}

/// Of a client that trusts the test's authority.
inline connector_options trusting(tls_options tls = {}) {
  scratch_folder files;
  if (tls.ca_file.empty())
    tls.ca_file = files.file("authority.pem", test_authority().certificate_pem());
  connector_options o;
  o.formats = {format::json};
  o.tls = context_of(tls);
  return o;
}

} // namespace wamp::testing
