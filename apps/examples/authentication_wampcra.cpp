// Users who sign a challenge: with a key that is theirs alone, or with what they make of a password
// and the salt that the router tells them. Neither travels.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/auth/wampcra.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace {

wamp::realm_settings realm_with(const wamp::user_directory_ref& users) {
  const wamp::candidates known{users, std::make_shared<const wamp::decoys>()};
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authentication = {wamp::way_in_by(std::make_shared<wamp::cra_method>(known))};
  return realm;
}

void come_in(
    caf::actor_system& system, const wamp::router_actor& router, const std::string& authid,
    const std::string& secret) {
  wamp::client_settings settings{.realm = "realm1", .authid = authid};
  settings.credentials = {std::make_shared<wamp::cra_credentials>(secret)};
  wamp::client me{system, settings, router};
  const auto session = me.joined().await();
  if (!session) {
    std::cout << authid << ": " << session.error().uri << '\n';
    return;
  }
  const auto who = me.call("wamp.session.get", session->value()).get<wamp::dict>();
  std::cout << authid << " is in, as " << *wamp::find<std::string>(who, "authrole") << '\n';
}

} // namespace

int main() {
  const auto key = wamp::secrets::new_cra_key();
  wamp::user pump;
  pump.authid = "pump";
  pump.role = "machine";
  pump.cra = key;
  wamp::user ann;
  ann.authid = "ann";
  ann.role = "staff";
  ann.cra = wamp::secrets::new_cra("correct horse battery staple");
  auto users = std::make_shared<wamp::static_users>();
  if (auto done = users->replace({pump, ann}); !done) {
    std::cerr << done.error() << '\n';
    return 2;
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, realm_with(users));
  come_in(system, router, "pump", key.key);
  come_in(system, router, "ann", "correct horse battery staple");
  come_in(system, router, "ann", "a guess");
}
