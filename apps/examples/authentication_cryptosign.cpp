// Programs that sign with a private key, of which the router knows the public half; and a router
// that proves by a key of its own that it is the one they trust.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/cryptosign.hpp>
#include <wamp/auth/static_users.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace {

using key = wamp::crypto::ed25519_key; // parse_private_key() reads one from a file's text

wamp::realm_settings realm_with(const wamp::user_directory_ref& users, const key& router_key) {
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authentication = {
      wamp::way_in_by(std::make_shared<wamp::cryptosign_method>(users, router_key))};
  return realm;
}

void come_in(
    caf::actor_system& system, const wamp::router_actor& router, std::string_view name,
    const key& mine, std::string_view trusted_router) {
  wamp::client_settings settings{.realm = "realm1"}; // no authid: the key says who it is
  wamp::cryptosign_credentials::options how;
  how.router_key = trusted_router;
  settings.credentials = {std::make_shared<wamp::cryptosign_credentials>(mine, how)};
  wamp::client me{system, settings, router};
  const auto session = me.joined().await();
  if (!session) {
    std::cout << name << ": " << session.error().uri << '\n';
    return;
  }
  const auto who = me.call("wamp.session.get", session->value()).get<wamp::dict>();
  std::cout << name << " is in, as " << *wamp::find<std::string>(who, "authid") << '\n';
}

} // namespace

int main() {
  const auto router_key = key::generate();
  const auto another = key::generate();
  const auto pump_key = key::generate();
  wamp::user pump;
  pump.authid = "pump";
  pump.role = "machine";
  pump.public_keys = {std::string{pump_key.public_key()}};
  auto users = std::make_shared<wamp::static_users>();
  if (auto done = users->replace({pump}); !done) {
    std::cerr << done.error() << '\n';
    return 2;
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, realm_with(users, router_key));
  come_in(system, router, "the pump", pump_key, router_key.public_key());
  come_in(system, router, "a stranger", another, router_key.public_key());
  come_in(system, router, "the pump, at another router", pump_key, another.public_key());
}
