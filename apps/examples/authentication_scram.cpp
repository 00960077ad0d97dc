// Users with passwords that the router cannot know, and that it does not learn: each side proves
// the other that it has what was made of one.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace {

wamp::realm_settings realm_with(const wamp::user_directory_ref& users) {
  const wamp::candidates known{users, std::make_shared<const wamp::decoys>()};
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authentication = {wamp::way_in_by(std::make_shared<wamp::scram_method>(known))};
  return realm;
}

void come_in(
    caf::actor_system& system, const wamp::router_actor& router, const std::string& authid,
    const std::string& password) {
  wamp::client_settings settings{.realm = "realm1", .authid = authid};
  // Over TLS, a second argument such as "tls-exporter" binds the proof to the connection.
  settings.credentials = {std::make_shared<wamp::scram_credentials>(password)};
  wamp::client me{system, settings, router};
  const auto session = me.joined().await(); // an error also if the router has proven nothing
  if (!session) {
    std::cout << authid << ": " << session.error().uri << '\n';
    return;
  }
  const auto who = me.call("wamp.session.get", session->value()).get<wamp::dict>();
  std::cout << authid << " is in, as " << *wamp::find<std::string>(who, "authrole") << '\n';
}

wamp::user
staff(std::string authid, const tl::expected<wamp::scram_verifier, std::string>& verifier) {
  wamp::user u;
  u.authid = std::move(authid);
  u.role = "staff";
  u.scram = verifier.value(); // an error tells what is wrong with the password
  return u;
}

} // namespace

int main() {
  auto users = std::make_shared<wamp::static_users>();
  auto done = users->replace(
      {staff("ann", wamp::secrets::new_scram_argon2("correct horse battery staple")),
       staff("bob", wamp::secrets::new_scram_pbkdf2("pencil"))}); // for clients without Argon2
  if (!done) {
    std::cerr << done.error() << '\n';
    return 2;
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, realm_with(users));
  come_in(system, router, "ann", "correct horse battery staple");
  come_in(system, router, "bob", "pencil");
  come_in(system, router, "bob", "a guess");
}
