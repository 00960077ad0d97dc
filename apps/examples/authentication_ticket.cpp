// Users who come in with a ticket. The router keeps a hash of it; it travels as it is, so let the
// connection be TLS.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/auth/ticket.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace {

wamp::realm_settings realm_with(const wamp::user_directory_ref& users) {
  // What the unknown are asked, so that nobody learns who is there; one for all realms.
  const auto decoys = std::make_shared<const wamp::decoys>();
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authentication = {
      wamp::way_in_by(std::make_shared<wamp::ticket_method>(wamp::candidates{users, decoys}))};
  return realm;
}

void come_in(
    caf::actor_system& system, const wamp::router_actor& router, const std::string& authid,
    const std::string& ticket) {
  wamp::client_settings settings{.realm = "realm1", .authid = authid};
  settings.credentials = {std::make_shared<wamp::ticket_credentials>(ticket)};
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
  auto users = std::make_shared<wamp::static_users>();
  wamp::user ann;
  ann.authid = "ann";
  ann.role = "staff";
  ann.ticket = wamp::secrets::new_ticket("a long and random ticket");
  if (auto done = users->replace({ann}); !done) { // again at any time, while sessions go on
    std::cerr << done.error() << '\n';
    return 2;
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, realm_with(users));
  come_in(system, router, "ann", "a long and random ticket");
  come_in(system, router, "ann", "a guess");
  come_in(system, router, "bob", "a guess"); // nobody is told that there is no bob
}
