// A CAF program that is its own router: two clients in its realm, an actor of its own, no socket.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <future>
#include <iostream>
#include <string>

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::realm_settings realm;
  realm.name = "realm1";
  auto router = wamp::spawn_router(system, realm);
  {
    std::promise<std::string> heard;
    wamp::client math{system, {.realm = "realm1"}, router};
    wamp::client user{system, {.realm = "realm1"}, router};

    // Set up in every session, as soon as there is one.
    math.procedure("com.myapp.divide", [](double a, double b) {
      if (b == 0)
        throw wamp::invocation_error{"com.myapp.error.division_by_zero", {"b must not be 0"}};
      return a / b;
    });
    user.channel("com.myapp.news", [&](std::string text) { heard.set_value(std::move(text)); });
    // Requests keep their order: when this is confirmed, those before it are set up as well.
    math.register_("com.myapp.ready", [] {}).confirmed().get();
    user.subscribe("com.myapp.ready", [] {}).confirmed().get();

    // From plain C++.
    std::cout << "7 / 2 = " << user.call("com.myapp.divide", 7, 2).get<double>() << '\n';
    if (auto answer = user.call("com.myapp.divide", 7, 0).await(); !answer)
      std::cout << "7 / 0 : " << answer.error().uri << '\n';
    math.publish("com.myapp.news", "hello");
    std::cout << "news: " << heard.get_future().get() << '\n';

    // From an actor.
    caf::scoped_actor self{system};
    self->request(
            user.actor(), caf::infinite,
            wamp::call{{}, {}, "com.myapp.divide", wamp::make_payload(9, 2)})
        .receive(
            [](const wamp::result& r) {
              std::cout << "9 / 2 = " << *r.args.values().args[0].get_if<double>() << '\n';
            },
            [](const caf::error& e) { std::cout << wamp::wamp_error_of(e)->uri << '\n'; });
  }
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
}
