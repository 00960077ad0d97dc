// Who may do what in a realm: rules for roles, and a procedure that decides where there is none.
#include <wamp/actors/authorization/procedure_authorizer.hpp>
#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/realm_control.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace {

void publish(wamp::client& c, const std::string& topic) {
  auto sent = c.ack_publish(topic, "hello").await();
  std::cout << topic << ": " << (sent ? "published" : sent.error().uri) << '\n';
}

void use(caf::actor_system& system, const wamp::router_actor& router) {
  std::vector<std::string> asked; // what handlers use stands before the clients
  wamp::client judge{system, {.realm = "realm1"}, router};
  wamp::client ann{system, {.realm = "realm1"}, router};
  auto may = judge.register_(
      "com.myapp.may", [&](const wamp::dict& session, const std::string& uri,
                           const std::string& action, const wamp::dict& options) {
        static_cast<void>(session); // its authid and authrole, among others
        static_cast<void>(options); // of the request
        asked.push_back(action + ' ' + uri);
        return wamp::dict{{"allow", uri.starts_with("com.myapp.rooms.")}, {"cache", true}};
      });
  may.confirmed().get();
  ann.joined().get();

  publish(ann, "com.myapp.public.news"); // by the rules
  publish(ann, "com.myapp.rooms.ann");
  publish(ann, "com.myapp.secret");
  for (const auto& question : asked)
    std::cout << "asked: " << question << '\n';

  // From here on by nothing but rules, of which there are none for this.
  wamp::realm_control{system, router}.set_authorizer(wamp::authorize_by_roles({}));
  publish(ann, "com.myapp.rooms.ann");
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::realm_settings realm;
  realm.name = "realm1";
  wamp::permission open{"com.myapp.public.", wamp::match_policy::prefix};
  open.publish = open.subscribe = open.call = true;
  wamp::permission may_decide{"com.myapp.may"};
  may_decide.register_ = true;
  auto calls = std::make_shared<wamp::procedure_caller>();
  realm.caller = calls;
  realm.authorize = wamp::authorize_by_roles(
      {{"anonymous", {open, may_decide}}},
      wamp::authorize_by_procedure(calls, "com.myapp.may", std::chrono::seconds{5}));
  use(system, wamp::spawn_router(system, realm));
}
