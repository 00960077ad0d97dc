// Logins that TLS has a part in: bound to the connection, or by the certificate that a client has
// shown. On WebSocket and RawSocket, by our own client.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/auth/certificate.hpp>
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/transport/certificates.hpp>
#include <wamp/transport/tls_server_context.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace wamp;
using namespace wamp::test;

namespace {

constexpr std::uint32_t few = 4096; // iterations

struct fixture {
  const testing::credential authority = testing::make_authority("our authority");
  testing::scratch_folder files;
  const std::string ca = files.file("ca.pem", authority.certificate_pem());
  const crypto::ed25519_key key = crypto::ed25519_key::generate();

  caf::actor_system_config config;
  caf::actor_system system{config};
  io_thread server;
  io_thread sockets;
  std::unique_ptr<gateway> router;

  fixture() {
    server.run();
    sockets.run();
    gateway_settings s;
    s.listeners.resize(1);
    s.listeners[0].address.host = "127.0.0.1";
    s.listeners[0].address.port = 0;
    s.listeners[0].options.tls = shown_by_router();
    s.realms.push_back(realm());
    auto opened = gateway::open(system, {&server}, std::move(s));
    REQUIRE(opened.has_value());
    router = std::move(*opened);
  }

  /// The path of a new certificate and its key.
  std::string certificate_for(const std::string& name) {
    const auto made = testing::make_credential({.name = name}, &authority);
    return files.file(name + ".pem", made.certificate_pem() + made.key_pem());
  }

  std::shared_ptr<const tls_server_context> shown_by_router() {
    tls_server_options o;
    o.certificate_file = certificate_for("router.test");
    o.clients = client_certificates::optional;
    o.client_ca_file = ca;
    auto made = tls_server_context::make(o);
    REQUIRE(made.has_value());
    return *made;
  }

  realm_settings realm() const {
    const auto users = std::make_shared<static_users>();
    user alice{"alice", "worker"};
    alice.scram = *secrets::new_scram_pbkdf2("secret", few);
    alice.public_keys = {std::string{key.public_key()}};
    user machine{"machine", "worker"};
    machine.common_names = {"machine.test"};
    REQUIRE(users->replace({alice, machine}).has_value());
    auto r = test_realm();
    r.authentication = {
        way_in_by(
            std::make_shared<scram_method>(candidates{users, std::make_shared<const decoys>()})),
        way_in_by(std::make_shared<cryptosign_method>(users, std::nullopt)),
        way_in_by(std::make_shared<certificate_method>(users)),
    };
    return r;
  }

  client
  join(const std::string& scheme, std::string authid, credentials_ref shown, tls_options tls = {}) {
    remote_router at;
    at.thread = &sockets;
    const auto port = std::to_string(router->local_addresses().front().port);
    at.urls.push_back(*router_url::parse(scheme + "://127.0.0.1:" + port));
    tls.ca_file = ca;
    at.options.tls = *tls_context::make(tls);
    client_settings s;
    s.realm = "realm1";
    s.authid = std::move(authid);
    s.credentials = {std::move(shown)};
    s.reconnect.max_attempts = 1;
    return client{system, std::move(s), at};
  }

  static std::string name_of(client& c) {
    const auto session = c.joined().await_for(std::chrono::seconds{20});
    REQUIRE(session.has_value());
    REQUIRE(session->has_value());
    const auto who = c.call("wamp.session.get", (*session)->value()).get<dict>();
    return *find<std::string>(who, "authid") + " by " + *find<std::string>(who, "authmethod");
  }

  static std::string refusal_of(client& c) {
    const auto session = c.joined().await_for(std::chrono::seconds{20});
    REQUIRE(session.has_value());
    REQUIRE_FALSE(session->has_value());
    return session->error().uri;
  }
};

constexpr std::array schemes{"wss", "tcps"};

} // namespace

TEST_CASE_FIXTURE(fixture, "a password is proven on this very connection, and no other") {
  for (const auto scheme : schemes)
    for (const auto binding : {"", "tls-exporter", "tls-server-end-point"}) {
      CAPTURE(scheme);
      CAPTURE(binding);
      auto c = join(scheme, "alice", std::make_shared<scram_credentials>("secret", binding));
      CHECK(name_of(c) == "alice by wamp-scram");
    }
}

TEST_CASE_FIXTURE(fixture, "a key is proven on this very connection, and no other") {
  for (const auto scheme : schemes)
    for (const auto binding : {"", "tls-exporter"}) {
      CAPTURE(scheme);
      CAPTURE(binding);
      auto c = join(
          scheme, {},
          std::make_shared<cryptosign_credentials>(
              key, cryptosign_credentials::options{.binding = binding}));
      CHECK(name_of(c) == "alice by cryptosign");
    }
}

TEST_CASE_FIXTURE(fixture, "in TLS 1.2, passwords and keys are proven by tls-unique as well") {
  tls_options older;
  older.maximum = tls_version::tls_1_2;
  for (const auto scheme : schemes) {
    CAPTURE(scheme);
    auto by_key = join(
        scheme, {},
        std::make_shared<cryptosign_credentials>(
            key, cryptosign_credentials::options{.binding = "tls-unique"}),
        older);
    CHECK(name_of(by_key) == "alice by cryptosign");
    auto by_password =
        join(scheme, "alice", std::make_shared<scram_credentials>("secret", "tls-unique"), older);
    CHECK(name_of(by_password) == "alice by wamp-scram");
  }
}

TEST_CASE_FIXTURE(fixture, "TLS 1.3 has no tls-unique, so nobody comes in bound to that") {
  auto by_key = join(
      "wss", {},
      std::make_shared<cryptosign_credentials>(
          key, cryptosign_credentials::options{.binding = "tls-unique"}));
  CHECK(refusal_of(by_key) == uris::authentication_failed);
  auto by_password =
      join("wss", "alice", std::make_shared<scram_credentials>("secret", "tls-unique"));
  CHECK(refusal_of(by_password) == uris::authentication_failed);
}

TEST_CASE_FIXTURE(fixture, "a certificate is enough, if it is a user's") {
  const auto shown = std::make_shared<certificate_credentials>();
  tls_options known;
  known.certificate_file = certificate_for("machine.test");
  tls_options unknown;
  unknown.certificate_file = certificate_for("other.test");
  for (const auto scheme : schemes) {
    CAPTURE(scheme);
    auto machine = join(scheme, {}, shown, known);
    CHECK(name_of(machine) == "machine by tls");
    auto as_another = join(scheme, "alice", shown, known);
    CHECK(refusal_of(as_another) == uris::authentication_denied);
    auto stranger = join(scheme, {}, shown, unknown);
    CHECK(refusal_of(stranger) == uris::authentication_denied);
    auto without = join(scheme, {}, shown);
    CHECK(refusal_of(without) == uris::no_matching_auth_method);
  }
}
