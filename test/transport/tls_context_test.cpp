// Whom a client of TLS trusts, what it shows, and what it says of files that are wrong.
#include <wamp/transport/tls_context.hpp>

#include <openssl/ssl.h>

#include "tls_router.hpp"

using namespace wamp;
using namespace wamp::testing;
using namespace std::string_literals;

namespace {

std::string fault_of(tls_options options) {
  auto made = tls_context::make(std::move(options));
  REQUIRE(!made.has_value());
  return made.error();
}

/// The user's name leads to the test's router.
connector_options resolving(connector_options o) {
  o.resolve = [](const std::string&, std::uint16_t port) -> lookup_result {
    return std::vector{*read_address("127.0.0.1", port)};
  };
  return o;
}

/// What a client says that does not get through TLS's handshake.
std::string refusal(tls_router& r, const connector_options& o, const std::string& host) {
  dialer d;
  auto url = r.url(rawsocket_url, host);
  auto c = d.begin(url, o);
  r.accept();
  auto error = r.shake_hands();
  auto why = d.reason(url, c);
  // In TLS 1.3 the server is done before it hears of the client's doubts.
  if (!error)
    r.read_all();
  CHECK((error || r.last_error));
  CHECK(d.io.counters().handshake_failures.value() == 1);
  CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
  return why;
}

/// The name that the router was asked for; "" for none.
std::string asked_name(tls_router& r, const connector_options& o, const std::string& host) {
  dialer d;
  auto c = d.begin(r.url(rawsocket_url, host), o);
  r.accept(rawsocket_url);
  d.start(c.end->wait());
  auto name = SSL_get_servername(r.native(), TLSEXT_NAMETYPE_host_name);
  return name ? name : "";
}

} // namespace

TEST_CASE("a file that can not be used is named, and why") {
  scratch_folder files;
  auto mine = make_credential({});
  auto other = make_credential({});
  auto certificate = files.file("mine.pem", mine.certificate_pem());
  auto key = files.file("mine.key", mine.key_pem());
  auto other_key = files.file("other.key", other.key_pem());
  auto locked_key = files.file("locked.key", mine.key_pem("secret"));
  auto both = files.file("both.pem", mine.certificate_pem() + mine.key_pem());
  auto text = files.file("text.pem", "no certificate");
  auto nowhere = files.path_of("nowhere.pem");
  const auto missing = ": No such file or directory";

  CHECK(
      fault_of({.ca_file = nowhere})
      == "can not read the certificates to trust in " + nowhere + missing);
  CHECK(fault_of({.ca_file = text})
            .starts_with("can not read the certificates to trust in " + text + ": "));
  CHECK(
      fault_of({.certificate_file = nowhere, .key_file = key})
      == "can not read the certificate in " + nowhere + missing);
  CHECK(
      fault_of({.certificate_file = certificate, .key_file = nowhere})
      == "can not read the key in " + nowhere + missing);
  CHECK(fault_of({.certificate_file = certificate})
            .starts_with("can not read the key in " + certificate + ": "));
  CHECK(
      fault_of({.certificate_file = certificate, .key_file = other_key})
      == "the key in " + other_key + " does not match the certificate in " + certificate);
  // Nobody is asked for the password.
  CHECK(fault_of({.certificate_file = certificate, .key_file = locked_key})
            .starts_with("can not read the key in " + locked_key + ": "));
  CHECK(fault_of({.key_file = key}) == "the key in " + key + " has no certificate");
  CHECK(tls_context::make({.certificate_file = certificate, .key_file = key}).has_value());
  CHECK(tls_context::make({.certificate_file = both}).has_value());
  CHECK(tls_context::of_system().value() == tls_context::of_system().value());
}

TEST_CASE("a router that can not prove who it is is refused, and why") {
  const auto failed = "certificate verify failed: "s;
  auto stranger = make_authority("a stranger");
  SUBCASE("unknown authority") {
    tls_router r({}, &stranger);
    CHECK(refusal(r, trusting(), "127.0.0.1") == failed + "unable to get local issuer certificate");
  }
  SUBCASE("by its own word") {
    tls_router r({}, nullptr);
    CHECK(refusal(r, trusting(), "127.0.0.1") == failed + "self-signed certificate");
    // Nor by the system's authorities, which are asked when there are no options.
    connector_options none;
    none.formats = {format::json};
    CHECK(refusal(r, none, "127.0.0.1") == failed + "self-signed certificate");
  }
  SUBCASE("another's name") {
    tls_router r({.alternatives = "DNS:other.test,DNS:*.wild.test,DNS:r*.part.test"});
    auto o = resolving(trusting());
    CHECK(refusal(r, o, "router.test") == failed + "hostname mismatch");
    CHECK(refusal(r, o, "router.part.test") == failed + "hostname mismatch");
    CHECK(refusal(r, o, "a.b.wild.test") == failed + "hostname mismatch");
    CHECK(refusal(r, trusting(), "127.0.0.1") == failed + "IP address mismatch");
    CHECK(asked_name(r, o, "a.wild.test") == "a.wild.test");
  }
  SUBCASE("an address as a name is no address") {
    tls_router r({.alternatives = "DNS:127.0.0.1"});
    CHECK(refusal(r, trusting(), "127.0.0.1") == failed + "IP address mismatch");
  }
  SUBCASE("too late") {
    tls_router r({.to = -60});
    CHECK(refusal(r, trusting(), "127.0.0.1") == failed + "certificate has expired");
  }
  SUBCASE("too early") {
    tls_router r({.from = 60});
    CHECK(refusal(r, trusting(), "127.0.0.1") == failed + "certificate is not yet valid");
  }
}

TEST_CASE("whoever does not verify takes every router") {
  tls_router r({.alternatives = "DNS:other.test", .to = -60}, nullptr);
  auto o = resolving(trusting({.verify_peer = false}));
  CHECK(asked_name(r, o, "router.test") == "router.test");
}

TEST_CASE("names are asked for, addresses are not; another name may stand for the URL's") {
  tls_router r;
  auto o = resolving(trusting());
  CHECK(asked_name(r, o, "router.test") == "router.test");
  CHECK(asked_name(r, o, "router.test.") == "router.test");
  CHECK(asked_name(r, o, "127.0.0.1").empty());
  auto named = resolving(trusting({.server_name = "router.test"}));
  CHECK(asked_name(r, named, "elsewhere.test") == "router.test");
  CHECK(asked_name(r, named, "127.0.0.1") == "router.test");
  auto numbered = resolving(trusting({.server_name = "127.0.0.1"}));
  CHECK(asked_name(r, numbered, "elsewhere.test").empty());
  dialer d;
  auto long_name = std::string(300, 'x');
  CHECK(
      d.refusal(r.url(rawsocket_url), trusting({.server_name = long_name}))
      == "TLS can not ask for \"" + long_name + "\": this is no host's name");
}

TEST_CASE("TLS 1.2 will do, unless the user says otherwise") {
  for (auto old : {true, false}) {
    tls_router r;
    if (old)
      r.tls.set_options(asio::ssl::context::no_tlsv1_3);
    dialer d;
    auto c = d.begin(r.url(websocket_url), trusting());
    r.accept(websocket_url);
    auto p = d.start(c.end->wait());
    CHECK(SSL_version(r.native()) == (old ? TLS1_2_VERSION : TLS1_3_VERSION));
    r.send("hello");
    CHECK(p.seen->wait_messages(1));
    p.link->send("world");
    CHECK(r.receive() == "world");
  }
  tls_router r;
  r.tls.set_options(asio::ssl::context::no_tlsv1_3);
  CHECK(
      refusal(r, trusting({.minimum = tls_options::version::tls_1_3}), "127.0.0.1")
      == "the peer ended TLS: tlsv1 alert protocol version");
  tls_router ancient;
  SSL_CTX_set_security_level(ancient.tls.native_handle(), 0);
  SSL_CTX_set_min_proto_version(ancient.tls.native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(ancient.tls.native_handle(), TLS1_1_VERSION);
  CHECK(
      refusal(ancient, trusting(), "127.0.0.1")
      == "the peer ended TLS: tlsv1 alert protocol version");
}

TEST_CASE("a router that asks for a certificate is shown it") {
  scratch_folder files;
  auto mine = make_credential({.name = "a client", .alternatives = ""}, &test_authority());
  tls_options showing;
  showing.certificate_file = files.file("mine.pem", mine.certificate_pem());
  showing.key_file = files.file("mine.key", mine.key_pem());
  for (auto old : {true, false}) {
    tls_router r;
    r.ask_for_certificate();
    if (old)
      r.tls.set_options(asio::ssl::context::no_tlsv1_3);
    dialer d;
    auto c = d.begin(r.url(rawsocket_url), trusting(showing));
    r.accept(rawsocket_url);
    d.start(c.end->wait());
    std::unique_ptr<X509, decltype(&X509_free)> seen(
        SSL_get1_peer_certificate(r.native()), &X509_free);
    REQUIRE(seen);
    CHECK(X509_cmp(seen.get(), mine.certificate.get()) == 0);
    CHECK(
        refusal(r, trusting(), "127.0.0.1")
        == (old ? "the peer ended TLS: sslv3 alert handshake failure"
                : "the peer ended TLS: tlsv13 alert certificate required"));
  }
}
