// A program of a user of the package: a router, a procedure and a call, in one process. Ends with
// 0 if the answer is right. Built by package_test.py in every way in which users may build.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <iostream>

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::realm_settings realm;
  realm.name = "realm1";
  auto router = wamp::spawn_router(system, realm);
  double answer = 0;
  {
    wamp::client math{system, {.realm = "realm1"}, router};
    wamp::client user{system, {.realm = "realm1"}, router};
    auto add = math.register_("com.example.add", [](double a, double b) { return a + b; });
    add.confirmed().get();
    user.joined().get();
    answer = user.call("com.example.add", 2, 3).get<double>();
  }
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  std::cout << "2 + 3 = " << answer << '\n';
  return answer == 5 ? 0 : 1;
}
