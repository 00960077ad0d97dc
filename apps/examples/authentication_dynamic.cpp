// A WAMP procedure decides who comes in: it is called in a realm of its own, by the router, about
// whoever wants to come into another.
#include <wamp/actors/authentication/procedure_authenticator.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/auth/ticket.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace {

/// The role of whoever comes in; an ERROR keeps him out.
std::string decide(const std::string& realm, const std::string& authid, const wamp::dict& details) {
  const auto ticket = wamp::find<std::string>(details, "ticket");
  if (realm == "realm1" && authid == "ann" && ticket && *ticket == "a long and random ticket")
    return "staff";
  throw wamp::invocation_error{"wamp.error.authentication_denied"};
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
  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::realm_settings accounts;
  accounts.name = "accounts";
  accounts.caller =
      std::make_shared<wamp::procedure_caller>(); // by whom others call its procedures
  auto back_office = wamp::spawn_router(system, accounts);

  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authentication = {
      {"ticket", std::make_shared<wamp::procedure_authenticator>(
                     wamp::deciding_procedure{accounts.caller, "com.myapp.authenticate"})}};
  auto router = wamp::spawn_router(system, realm);

  wamp::client service{system, {.realm = "accounts"}, back_office};
  auto decides = service.register_("com.myapp.authenticate", decide);
  decides.confirmed().get(); // until it is there, clients are told to try again later
  come_in(system, router, "ann", "a long and random ticket");
  come_in(system, router, "ann", "a guess");
}
