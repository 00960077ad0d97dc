// Listeners behind TLS: what they show, whom they let in, what they refuse, and what goes on when
// their certificate is replaced.
#include <openssl/ssl.h>

#include "tls_client.hpp"

using namespace wamp;
using namespace wamp::testing;
using namespace std::string_literals;

namespace {

constexpr auto both = {websocket_url, rawsocket_url};

router_url secure(const server& s, router_url::protocol speaks) {
  auto url = url_of(s.address(), speaks);
  url.tls = true;
  return url;
}

/// The certificate's number, which no two of the test's have in common.
long shown_number(tls_client& c) {
  auto certificate = SSL_get0_peer_certificate(c.native());
  REQUIRE(certificate != nullptr);
  return ASN1_INTEGER_get(X509_get0_serialNumber(certificate));
}

long number_of(const credential& c) {
  return ASN1_INTEGER_get(X509_get0_serialNumber(c.certificate.get()));
}

/// Whether TLS and a message after it get through.
bool is_served(tls_client& c) {
  if (c.shake_hands())
    return false;
  boost::system::error_code error;
  asio::write(*c.stream, asio::buffer("\x7F\xF1\0\0", 4), error);
  return !error && c.read(4).size() == 4;
}

using fault_file = tls_server_context::fault::file;

} // namespace

TEST_CASE("tls server: messages of all lengths go both ways") {
  for (auto speaks : both) {
    server s(over_tls(), echoing());
    dialer d;
    auto p = d.connect(secure(s, speaks), trusting());
    CHECK(s.next().link->transport_name() == (speaks == websocket_url ? "websocket" : "rawsocket"));
    std::vector<std::string> sent;
    for (std::size_t size : {0U, 1U, 4096U, 16'384U, 16'385U, 300'000U, 5'000'000U, 7U}) {
      sent.push_back(pattern(size));
      CHECK(p.link->send(slice(pattern(size))) == send_result::queued);
    }
    REQUIRE(p.seen->wait_messages(sent.size()));
    CHECK(p.seen->taken() == sent);
    p.link->close(close_reason::normal);
    CHECK(eventually([&] { return s.gate->open_connections() == 0; }));
  }
}

TEST_CASE("tls server: long-poll and /health") {
  auto o = over_tls();
  o.long_poll_path = "/lp";
  o.cookie.name = "wamp";
  server s(o);
  tls_client c(s.address());
  REQUIRE(!c.shake_hands());
  const std::string offer = "{\"protocols\":[\"wamp.2.json\"]}";
  c.write(
      "POST /lp/open HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(offer.size())
      + "\r\n\r\n" + offer);
  CHECK(c.read(15) == "HTTP/1.1 200 OK");
  auto peer = s.next().link->peer();
  REQUIRE(peer.tls);
  // It has no channel of its own, but the router is the same on each.
  CHECK(peer.tls->unique.empty());
  CHECK(peer.tls->exporter.empty());
  CHECK(peer.tls->server_end_point.size() == 32);

  tls_client health(s.address());
  REQUIRE(!health.shake_hands());
  health.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(health.read_all().starts_with("HTTP/1.1 200 "));
  CHECK(health.last_error == asio::error::eof); // it was no one else who cut it off
}

TEST_CASE("tls server: whoever does not speak TLS is not served") {
  server s(over_tls());
  for (auto text :
       {"\x7F\xF1\0\0"s, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"s, std::string(1000, 'x')}) {
    client c(s.address());
    c.write(text);
    auto answer = c.read_all();
    CHECK(answer.find("HTTP/1.1") == answer.npos);
    CHECK(answer.find('\x7F') == answer.npos);
  }
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
}

TEST_CASE("tls server: what is old or weak is refused") {
  server s(over_tls());
  auto refuses = [&](auto weaken) {
    tls_client c(s.address());
    // This side would talk to anybody.
    SSL_CTX_set_security_level(c.tls.native_handle(), 0);
    weaken(c.tls.native_handle());
    auto error = c.shake_hands();
    return error && eventually([&] { return s.io.counters().open.value() == 0; });
  };
  for (int version : {SSL3_VERSION, TLS1_VERSION, TLS1_1_VERSION})
    CHECK(refuses([&](SSL_CTX* c) {
      SSL_CTX_set_min_proto_version(c, version);
      SSL_CTX_set_max_proto_version(c, version);
    }));
  for (auto ciphers :
       {"AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "DHE-RSA-AES128-SHA",
        "NULL-SHA256", "AECDH-AES128-SHA", "PSK-AES128-GCM-SHA256"})
    CHECK(refuses([&](SSL_CTX* c) {
      SSL_CTX_set_max_proto_version(c, TLS1_2_VERSION);
      SSL_CTX_set_cipher_list(c, ciphers);
    }));
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    tls_client c(s.address());
    SSL_CTX_set_min_proto_version(c.tls.native_handle(), version);
    SSL_CTX_set_max_proto_version(c.tls.native_handle(), version);
    CHECK(is_served(c));
    CHECK(SSL_version(c.native()) == version);
    CHECK(SSL_get_current_compression(c.native()) == nullptr);
  }
}

TEST_CASE("tls server: TLS 1.3 alone, if that is wanted") {
  server s(over_tls({.minimum = tls_version::tls_1_3}));
  tls_client old(s.address());
  SSL_CTX_set_max_proto_version(old.tls.native_handle(), TLS1_2_VERSION);
  CHECK(old.shake_hands());
  tls_client c(s.address());
  CHECK(is_served(c));
}

TEST_CASE("tls server: nobody begins anew in the middle") {
  server s(over_tls());
  tls_client c(s.address());
  SSL_CTX_set_max_proto_version(c.tls.native_handle(), TLS1_2_VERSION);
  REQUIRE(!c.shake_hands());
  c.begin_rawsocket();
  REQUIRE(SSL_renegotiate(c.native()) == 1);
  auto again =
      c.run([&](auto done) { c.stream->async_handshake(asio::ssl::stream_base::client, done); });
  CHECK(again.first);
}

TEST_CASE("tls server: whoever does not finish TLS's handshake, or HTTP's behind it, is cut off") {
  auto o = over_tls();
  o.limits.handshake_timeout = 300ms;
  server s(o);
  for (auto begun : {""s, "\x16\x03\x01"s, "\x16\x03\x01\x40\x00\x01"s + std::string(2000, 'x')}) {
    client c(s.address());
    if (!begun.empty())
      c.write(begun);
    c.read_all();
  }
  // A byte now and then does not begin the time anew: neither for TLS,
  {
    client c(s.address());
    const auto start = "\x16\x03\x01\x40\x00\x01"s + std::string(8000, 'x');
    error_code error;
    for (std::size_t i = 0; i < start.size() && !error; ++i) {
      asio::write(c.socket, asio::buffer(&start[i], 1), error);
      asio::steady_timer(c.context, 10ms).wait();
    }
    CHECK(error);
  }
  // nor behind it.
  tls_client c(s.address());
  REQUIRE(!c.shake_hands());
  error_code error;
  for (std::string_view head = "GET / HTTP/1.1\r\nX: "; !error;
       head = head.size() > 1 ? head.substr(1) : head) {
    asio::write(*c.stream, asio::buffer(head.data(), 1), error);
    asio::steady_timer(c.context, 10ms).wait();
  }
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
  CHECK(s.io.counters().handshake_failures.value() == 5);
}

TEST_CASE("tls server: clients are asked for certificates as it is wanted") {
  auto stranger = make_authority("a stranger");
  auto good = make_credential({.name = "joe", .alternatives = ""}, &test_authority());
  auto foreign = make_credential({.name = "joe", .alternatives = ""}, &stranger);
  auto self_made = make_credential({.name = "joe", .alternatives = ""});
  auto late = make_credential({.name = "joe", .alternatives = "", .to = -60}, &test_authority());
  using kind = client_certificates;
  for (auto clients : {kind::none, kind::optional, kind::required}) {
    CAPTURE(static_cast<int>(clients));
    server s(over_tls({.clients = clients}));
    auto served = [&](const credential* shown, int version) {
      tls_client c(s.address());
      SSL_CTX_set_max_proto_version(c.tls.native_handle(), version);
      if (shown)
        c.show(*shown);
      return is_served(c);
    };
    for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      CHECK(served(nullptr, version) == (clients != kind::required));
      if (clients != kind::required)
        CHECK(!s.next().link->peer().tls->certificate);
      CHECK(served(&good, version));
      auto shown = s.next().link->peer().tls->certificate;
      REQUIRE(shown.has_value() == (clients != kind::none));
      if (shown) {
        CHECK(shown->common_name == "joe");
        std::array<unsigned char, 32> octets{};
        X509_digest(good.certificate.get(), EVP_sha256(), octets.data(), nullptr);
        std::string hex;
        for (auto octet : octets) {
          hex += "0123456789abcdef"[octet / 16];
          hex += "0123456789abcdef"[octet % 16];
        }
        CHECK(shown->sha256 == hex);
      }
      for (auto bad : {&foreign, &self_made, &late}) {
        CHECK(served(bad, version) == (clients == kind::none));
        if (clients == kind::none)
          CHECK(!s.next().link->peer().tls->certificate);
      }
    }
  }
}

TEST_CASE("tls server: names in certificates that are somebody's trick are none") {
  server s(over_tls({.clients = client_certificates::required}));
  auto name_of_client = [&](const std::string& name, const std::string& second = "") {
    auto mine = make_credential({.name = name, .alternatives = ""});
    auto subject = X509_get_subject_name(mine.certificate.get());
    if (!second.empty())
      X509_NAME_add_entry_by_txt(
          subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(second.c_str()), -1,
          -1, 0);
    X509_set_issuer_name(
        mine.certificate.get(), X509_get_subject_name(test_authority().certificate.get()));
    X509_sign(mine.certificate.get(), test_authority().key.get(), EVP_sha256());
    tls_client c(s.address());
    c.show(mine);
    REQUIRE(is_served(c));
    auto shown = s.next().link->peer().tls->certificate;
    REQUIRE(shown);
    CHECK(shown->sha256.size() == 64);
    return shown->common_name;
  };
  CHECK(name_of_client("joe") == "joe");
  CHECK(name_of_client("J\xC3\xB6") == "J\xC3\xB6");
  CHECK(name_of_client("joe", "admin").empty());
}

TEST_CASE("tls server: a new certificate is shown to new clients, and the others stay") {
  auto first = make_credential({}, &test_authority());
  auto second = make_credential({}, &test_authority());
  listener_options o;
  o.tls = showing(first);
  server s(o, echoing());
  tls_client before(s.address());
  REQUIRE(!before.shake_hands());
  CHECK(shown_number(before) == number_of(first));
  before.begin_rawsocket();
  s.gate->use_tls(showing(second));
  tls_client after(s.address());
  REQUIRE(!after.shake_hands());
  CHECK(shown_number(after) == number_of(second));
  after.begin_rawsocket();
  for (auto c : {&before, &after}) {
    c->write(raw_client::frame("still here"));
    CHECK(c->read(14).substr(4) == "still here");
  }
}

TEST_CASE("tls server: a session that was begun with the old certificate is not resumed") {
  listener_options o;
  o.tls = showing(test_router(), {.clients = client_certificates::optional});
  server s(o);
  tls_client c(s.address());
  SSL_CTX_set_max_proto_version(c.tls.native_handle(), TLS1_2_VERSION);
  REQUIRE(!c.shake_hands());
  auto resumed = [&](SSL_SESSION* session) {
    tls_client again(s.address());
    SSL_CTX_set_max_proto_version(again.tls.native_handle(), TLS1_2_VERSION);
    REQUIRE(!again.shake_hands(session));
    return SSL_session_reused(again.native()) == 1;
  };
  CHECK(resumed(SSL_get_session(c.native())));
  s.gate->use_tls(showing(test_router(), {.clients = client_certificates::optional}));
  CHECK(!resumed(SSL_get_session(c.native())));
}

TEST_CASE("tls server: a file that can not be used is named, and why") {
  scratch_folder files;
  auto mine = make_credential({});
  auto certificate = files.file("mine.pem", mine.certificate_pem());
  auto key = files.file("mine.key", mine.key_pem());
  auto other_key = files.file("other.key", make_credential({}).key_pem());
  auto nowhere = files.path_of("nowhere.pem");
  auto fault = [](const tls_server_options& o) {
    auto made = tls_server_context::make(o);
    REQUIRE(!made.has_value());
    return made.error();
  };
  const auto missing = ": No such file or directory";
  auto f = fault({.certificate_file = nowhere, .key_file = key});
  CHECK(f.which == fault_file::certificate);
  CHECK(f.text == "can not read the certificate in " + nowhere + missing);
  f = fault({.certificate_file = certificate, .key_file = nowhere});
  CHECK(f.which == fault_file::key);
  CHECK(f.text == "can not read the key in " + nowhere + missing);
  f = fault({.certificate_file = certificate, .key_file = other_key});
  CHECK(f.which == fault_file::key);
  CHECK(f.text == "the key in " + other_key + " does not match the certificate in " + certificate);
  f = fault(
      {.certificate_file = certificate,
       .key_file = key,
       .clients = client_certificates::optional,
       .client_ca_file = nowhere});
  CHECK(f.which == fault_file::client_ca);
  CHECK(f.text == "can not read the certificates to trust in " + nowhere + missing);
  // Whom nobody is asked for is not read.
  CHECK(tls_server_context::make(
            {.certificate_file = certificate, .key_file = key, .client_ca_file = nowhere})
            .has_value());
}
