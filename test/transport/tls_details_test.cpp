// What a TLS channel can be bound to: both ends agree, on what OpenSSL's own client says, too.
#include <openssl/ssl.h>

#include "tls_client.hpp"

using namespace wamp;
using namespace wamp::testing;
using namespace std::string_literals;

namespace {

constexpr int tls_1_2 = TLS1_2_VERSION;
constexpr int tls_1_3 = TLS1_3_VERSION;

std::string text_of(const unsigned char* octets, std::size_t size) {
  return {reinterpret_cast<const char*>(octets), size};
}

std::string client_finished(tls_client& c) {
  std::array<unsigned char, 64> octets{};
  return text_of(octets.data(), SSL_get_finished(c.native(), octets.data(), octets.size()));
}

std::string server_finished(tls_client& c) {
  std::array<unsigned char, 64> octets{};
  return text_of(octets.data(), SSL_get_peer_finished(c.native(), octets.data(), octets.size()));
}

std::string exported(tls_client& c) {
  std::array<unsigned char, 32> octets{};
  REQUIRE(
      SSL_export_keying_material(
          c.native(), octets.data(), octets.size(), "EXPORTER-Channel-Binding", 24,
          reinterpret_cast<const unsigned char*>(""), 0, 1)
      == 1);
  return text_of(octets.data(), octets.size());
}

std::string digest(const credential& of, const EVP_MD* by) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned size = 0;
  X509_digest(of.certificate.get(), by, octets.data(), &size);
  return text_of(octets.data(), size);
}

/// A client of one version of TLS that has come in, and what the listener knows of it.
struct meeting {
  meeting(server& s, int version, std::uint64_t options = 0, SSL_SESSION* session = nullptr)
      : c(s.address()) {
    SSL_CTX_set_min_proto_version(c.tls.native_handle(), version);
    SSL_CTX_set_max_proto_version(c.tls.native_handle(), version);
    SSL_CTX_set_options(c.tls.native_handle(), options);
    auto error = c.shake_hands(session);
    REQUIRE_MESSAGE(!error, error.message());
    c.begin_rawsocket();
    auto peer = s.next().link->peer();
    REQUIRE(peer.tls.has_value());
    CHECK(peer.address == "127.0.0.1");
    known = *peer.tls;
  }

  tls_client c;
  tls_details known;
};

} // namespace

TEST_CASE("channel bindings are what another implementation says") {
  server s(over_tls());
  meeting old(s, tls_1_2);
  CHECK(old.known.unique == client_finished(old.c));
  CHECK(old.known.unique.size() == 12);
  CHECK(old.known.exporter == exported(old.c));
  CHECK(old.known.server_end_point == digest(test_router(), EVP_sha256()));
  meeting now(s, tls_1_3);
  CHECK(now.known.unique.empty());
  CHECK(now.known.exporter == exported(now.c));
  CHECK(now.known.exporter.size() == 32);
  CHECK(now.known.server_end_point == old.known.server_end_point);
  meeting other(s, tls_1_3);
  CHECK(other.known.exporter != now.known.exporter);
}

TEST_CASE("channel bindings of a resumed session: the server's Finished is the first") {
  server s(over_tls());
  meeting first(s, tls_1_2);
  meeting again(s, tls_1_2, 0, SSL_get_session(first.c.native()));
  REQUIRE(SSL_session_reused(again.c.native()) == 1);
  CHECK(again.known.unique == server_finished(again.c));
  CHECK(again.known.unique != first.known.unique);
  CHECK(again.known.exporter == exported(again.c));
}

TEST_CASE("channel bindings that a man in the middle could bring about are none") {
  // Without the extended master secret two connections may have one secret, so agree on what is
  // exported; and on the Finished messages, once they are resumed.
  server s(over_tls());
  meeting first(s, tls_1_2, SSL_OP_NO_EXTENDED_MASTER_SECRET);
  REQUIRE(SSL_get_extms_support(first.c.native()) == 0);
  CHECK(first.known.unique == client_finished(first.c));
  CHECK(first.known.exporter.empty());
  meeting again(s, tls_1_2, SSL_OP_NO_EXTENDED_MASTER_SECRET, SSL_get_session(first.c.native()));
  REQUIRE(SSL_session_reused(again.c.native()) == 1);
  CHECK(again.known.unique.empty());
  CHECK(again.known.exporter.empty());
  CHECK(!again.known.server_end_point.empty());
}

TEST_CASE("both ends of our own connections know the same") {
  for (auto minimum : {tls_version::tls_1_2, tls_version::tls_1_3})
    for (auto speaks : {websocket_url, rawsocket_url}) {
      server s(over_tls({.minimum = minimum}));
      dialer d;
      auto url = url_of(s.address(), speaks);
      url.tls = true;
      auto p = d.connect(url, trusting());
      auto client_side = p.link->peer();
      auto server_side = s.next().link->peer();
      REQUIRE(client_side.tls);
      REQUIRE(server_side.tls);
      CHECK(client_side.tls->exporter == server_side.tls->exporter);
      CHECK(client_side.tls->exporter.size() == 32);
      CHECK(client_side.tls->unique == server_side.tls->unique);
      CHECK(client_side.tls->server_end_point == server_side.tls->server_end_point);
      CHECK(client_side.address == "127.0.0.1");
      // The client has seen to it that the router is who it says.
      REQUIRE(client_side.tls->certificate);
      CHECK(client_side.tls->certificate->common_name == "router.test");
      CHECK(!server_side.tls->certificate);
    }
}

TEST_CASE("our client knows the same as a router of TLS 1.2 that is none of ours") {
  tls_router r;
  SSL_CTX_set_max_proto_version(r.tls.native_handle(), TLS1_2_VERSION);
  dialer d;
  auto c = d.begin(r.url(rawsocket_url), trusting());
  r.accept(rawsocket_url);
  auto p = d.start(c.end->wait());
  std::array<unsigned char, 64> octets{};
  auto size = SSL_get_peer_finished(r.native(), octets.data(), octets.size());
  auto known = p.link->peer().tls;
  REQUIRE(known);
  CHECK(known->unique == text_of(octets.data(), size));
  // Whoever does not verify knows no certificate.
  auto careless = d.begin(r.url(rawsocket_url), trusting({.verify_peer = false}));
  r.accept(rawsocket_url);
  CHECK(!d.start(careless.end->wait()).link->peer().tls->certificate);
}

TEST_CASE("tls-server-end-point is by the hash of the certificate's signature") {
  auto end_point = [](const credential& shown) {
    listener_options o;
    o.tls = showing(shown);
    server s(o);
    tls_client c(s.address());
    c.tls.set_verify_mode(asio::ssl::verify_none);
    SSL_CTX_set_security_level(c.tls.native_handle(), 0);
    REQUIRE(!c.shake_hands());
    c.begin_rawsocket();
    return s.next().link->peer().tls->server_end_point;
  };
  auto signed_by = [](const credential& c, const EVP_MD* by) {
    REQUIRE(X509_sign(c.certificate.get(), c.key.get(), by) > 0);
    return c;
  };
  auto check = [&](const EVP_MD* signed_with, const EVP_MD* hashed_with) {
    auto mine = signed_by(make_credential({}), signed_with);
    CHECK(end_point(mine) == digest(mine, hashed_with));
  };
  check(EVP_sha256(), EVP_sha256());
  check(EVP_sha384(), EVP_sha384());
  check(EVP_sha512(), EVP_sha512());
  check(EVP_sha1(), EVP_sha256()); // too weak, so SHA-256 stands in
  // Ed25519 signs without a hash, for which the RFC has no rule.
  credential ed{{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free}, nullptr};
  ed.certificate = make_credential({}).certificate;
  X509_set_pubkey(ed.certificate.get(), ed.key.get());
  CHECK(end_point(signed_by(ed, nullptr)).empty());
}

TEST_CASE("without TLS there is no channel to bind to") {
  server s;
  raw_client c(s.address(), format::json);
  CHECK(!s.next().link->peer().tls);
}
