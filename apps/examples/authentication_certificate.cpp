// Machines that are known by their certificates: who has one by the right authority, for a name
// that the router knows, is in, and is asked for nothing.
//   authentication_certificate FOLDER
// where FOLDER has authority.pem, and what it has signed: router.pem and router.key for
// "localhost", pump.pem and pump.key for "pump", stranger.pem and stranger.key for anybody else.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/auth/certificate.hpp>
#include <wamp/auth/static_users.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace {

int fail(const std::string& why) {
  std::cerr << why << '\n';
  return 2;
}

wamp::realm_settings realm_with(const wamp::user_directory_ref& users) {
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authentication = {wamp::way_in_by(std::make_shared<wamp::certificate_method>(users))};
  return realm;
}

wamp::listener_settings listener_with(std::shared_ptr<const wamp::tls_server_context> tls) {
  wamp::listener_settings listener;
  listener.address.host = "127.0.0.1";
  listener.address.port = 0; // the system chooses one
  listener.options.tls = std::move(tls);
  return listener;
}

void come_in(
    caf::actor_system& system, wamp::remote_router router, const std::string& folder,
    const std::string& name) {
  const auto tls = wamp::tls_context::make(
      {.ca_file = folder + "/authority.pem",
       .certificate_file = folder + "/" + name + ".pem",
       .key_file = folder + "/" + name + ".key"});
  if (!tls) {
    std::cout << tls.error() << '\n';
    return;
  }
  router.options.tls = *tls;
  wamp::client_settings settings{.realm = "realm1"}; // no authid: the certificate says who it is
  settings.credentials = {std::make_shared<wamp::certificate_credentials>()};
  wamp::client me{system, settings, router};
  const auto session = me.joined().await();
  if (!session) {
    std::cout << "the " << name << ": " << session.error().uri << '\n';
    return;
  }
  const auto who = me.call("wamp.session.get", session->value()).get<wamp::dict>();
  std::cout << "the " << name << " is in, as " << *wamp::find<std::string>(who, "authrole") << '\n';
}

} // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : ".";
  wamp::user pump;
  pump.authid = "pump";
  pump.role = "machine";
  pump.common_names = {"pump"}; // or the fingerprint of one certificate, in `certificates`
  auto users = std::make_shared<wamp::static_users>();
  if (auto done = users->replace({pump}); !done)
    return fail(done.error());
  const auto tls = wamp::tls_server_context::make(
      {.certificate_file = folder + "/router.pem",
       .key_file = folder + "/router.key",
       .clients = wamp::client_certificates::required,
       .client_ca_file = folder + "/authority.pem"});
  if (!tls)
    return fail(tls.error().text);

  wamp::io_thread sockets;
  sockets.run();
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto served = wamp::gateway::open(
      system, {&sockets}, {.listeners = {listener_with(*tls)}, .realms = {realm_with(users)}});
  if (!served)
    return fail(served.error());
  const auto port = std::to_string((*served)->local_addresses().front().port);
  wamp::remote_router router;
  router.thread = &sockets;
  router.urls = {*wamp::router_url::parse("wss://localhost:" + port + "/ws")};
  come_in(system, router, folder, "pump");
  come_in(system, router, folder, "stranger");
}
