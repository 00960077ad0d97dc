// A realm in a CAF program: its settings, who may do what there, and who is in it.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <future>
#include <iostream>
#include <string>

namespace {

/// Asked for each request, by several actors of the realm: quick, and without state of its own.
bool may(const wamp::session_info& who, wamp::action what, std::string_view uri) {
  const bool changes = what == wamp::action::publish || what == wamp::action::register_;
  return !changes || !uri.starts_with("com.myapp.admin.") || who.identity.authrole == "admin";
}

void print_who_is_in(caf::actor_system& system, const wamp::router_actor& router) {
  caf::scoped_actor self{system};
  self->request(router, caf::infinite, wamp::get_atom::value)
      .receive(
          [](const wamp::realm_summary& r) {
            std::cout << r.name << " has " << r.sessions << " sessions\n";
          },
          [](const caf::error& e) { std::cerr << to_string(e) << '\n'; });
}

void use(caf::actor_system& system, const wamp::router_actor& router) {
  wamp::client ann{system, {.realm = "realm1"}, router};
  wamp::client bob{system, {.realm = "realm1"}, router};
  ann.joined().get();
  bob.joined().get();
  print_who_is_in(system, router);

  if (auto sent = ann.ack_publish("com.myapp.news", "hello").await())
    std::cout << "published to com.myapp.news\n";
  if (auto sent = ann.ack_publish("com.myapp.admin.stop").await(); !sent)
    std::cout << "com.myapp.admin.stop: " << sent.error().uri << '\n';

  // Whoever asks for another realm is told why not, and tries again unless it is not to.
  std::promise<std::string> why;
  wamp::client_settings wrong{.realm = "nowhere", .reconnect = {.enabled = false}};
  wrong.on_status = [&](const wamp::client_status& now) {
    if (now.state == wamp::client_state::stopped)
      why.set_value(now.reason);
  };
  wamp::client lost{system, wrong, router};
  std::cout << "nowhere: " << why.get_future().get() << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::realm_settings realm;
  realm.name = "realm1";
  realm.authorize = wamp::authorize_by(may);
  auto router = wamp::spawn_router(system, realm); // ends with the last who holds it
  use(system, router);
}
