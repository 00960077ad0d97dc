// Users of a page log in with a ticket once; from then on the browser's cookie says who they are,
// until it is too old or the application forgets it. The gateway makes the cookie: no script can
// read it, and no page of another site has it sent. In the page, by autobahn-js:
//   new autobahn.Connection({url: "ws://127.0.0.1:PORT/ws", realm: "realm1", authid: "ann",
//     authmethods: ["cookie", "ticket"], onchallenge: () => prompt("Your ticket?")}).open();
// Prints where it serves, then reads the names of users who shall log in anew, one on each line.
#include <wamp/actors/authentication/method_authenticator.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/auth/cookie.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/static_users.hpp>
#include <wamp/auth/ticket.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace {

int fail(const std::string& why) {
  std::cerr << why << '\n';
  return 2;
}

wamp::realm_settings realm_with(
    const wamp::user_directory_ref& users, const std::shared_ptr<wamp::cookie_store>& cookies) {
  const wamp::candidates known{users, std::make_shared<const wamp::decoys>()};
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.cookies = cookies; // who is let in by a ticket is remembered here
  realm.authentication = {
      wamp::way_in_by(std::make_shared<wamp::cookie_method>(cookies, users)),
      wamp::way_in_by(std::make_shared<wamp::ticket_method>(known))};
  return realm;
}

wamp::listener_settings listener_with_cookie() {
  wamp::listener_settings listener;
  listener.address.host = "127.0.0.1";
  listener.address.port = 0;                // the system chooses one
  listener.options.cookie.name = "session"; // over TLS, as it should be: "__Host-session"
  return listener;
}

} // namespace

int main() {
  auto users = std::make_shared<wamp::static_users>();
  wamp::user ann;
  ann.authid = "ann";
  ann.role = "staff";
  ann.ticket = wamp::secrets::new_ticket("a long and random ticket");
  if (auto done = users->replace({ann}); !done)
    return fail(done.error());
  const auto cookies = std::make_shared<wamp::cookie_store>();

  wamp::io_thread sockets;
  sockets.run();
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto served = wamp::gateway::open(
      system, {&sockets},
      {.listeners = {listener_with_cookie()}, .realms = {realm_with(users, cookies)}});
  if (!served)
    return fail(served.error());
  std::cout << "ws://" << (*served)->local_addresses().front().to_string() << "/ws" << std::endl;

  for (std::string authid; std::getline(std::cin, authid);) {
    cookies->keep_if([&](auto, const wamp::identity& who) { return who.authid != authid; });
    std::cout << authid << " is forgotten" << std::endl;
  }
}
