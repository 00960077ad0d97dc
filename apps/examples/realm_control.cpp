// What happens in a realm, as the program sees that the realm is a part of, and an end to some of
// it.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/realm_control.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <iostream>

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  wamp::client ann{system, {.realm = "realm1"}, router};
  wamp::client bob{system, {.realm = "realm1"}, router};
  auto news = ann.subscribe("com.myapp.news", [](int) {});
  auto add = bob.register_("com.myapp.add", [](int a, int b) { return a + b; });
  news.confirmed().get();
  add.confirmed().get();

  // For plain C++; actors send the router list_subscriptions, list_procedures, ... instead.
  wamp::realm_control realm{system, router};
  for (const auto& s : realm.sessions())
    std::cout << "in: a session of role " << s->identity.authrole << '\n';
  for (const auto& s : realm.subscriptions("com.myapp.news"))
    std::cout << s.topic << ": " << s.subscribers.size() << " subscriber\n";
  for (const auto& p : realm.procedures())
    std::cout << p.uri << ": " << p.callees.size() << " callee, invoke " << name_of(p.invoke)
              << '\n';
  std::cout << "calls in flight: " << realm.invocations().size() << '\n';

  for (const auto& p : realm.procedures("com.myapp.add"))
    realm.revoke_registration(p.id, "com.myapp.maintenance"); // its callees are told
  if (auto answer = ann.call("com.myapp.add", 1, 2).await(); !answer)
    std::cout << "com.myapp.add: " << answer.error().uri << '\n';

  realm.kill_session(bob.joined().get(), "com.myapp.closing_time"); // bob comes back by itself
}
