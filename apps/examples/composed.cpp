// A CAF program that is its own router: two clients in its realm, an actor of its own, no socket.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <future>
#include <iostream>
#include <string>

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});

  std::promise<std::string> heard; // what handlers use stands before the clients
  wamp::client math{system, {.realm = "realm1"}, router};
  wamp::client user{system, {.realm = "realm1"}, router};

  // Set up in every session, as long as these objects are there.
  auto divide = math.register_("com.myapp.divide", [](double a, double b) {
    if (b == 0)
      throw wamp::invocation_error{"com.myapp.error.division_by_zero", {"b must not be 0"}};
    return a / b;
  });
  auto news =
      user.subscribe("com.myapp.news", [&](std::string text) { heard.set_value(std::move(text)); });
  divide.confirmed().get(); // from here on others may call it,
  news.confirmed().get();   // and this one hears what is published

  // From plain C++.
  std::cout << "7 / 2 = " << user.call("com.myapp.divide", 7, 2).get<double>() << '\n';
  if (auto answer = user.call("com.myapp.divide", 7, 0).await(); !answer)
    std::cout << "7 / 0 : " << answer.error().uri << '\n';
  math.publish("com.myapp.news", "hello");
  std::cout << "news: " << heard.get_future().get() << '\n';

  // From an actor; more of that in actors.cpp.
  caf::scoped_actor self{system};
  self->request(
          user.actor(), caf::infinite,
          wamp::call{{}, {}, "com.myapp.divide", wamp::make_payload(9, 2)})
      .receive(
          [](const wamp::result& r) {
            std::cout << "9 / 2 = " << r.args.view(wamp::format::json) << '\n';
          },
          [](const caf::error& e) {
            auto ours = wamp::wamp_error_of(e); // or CAF's, as of a client that has stopped
            std::cerr << (ours ? ours->uri : to_string(e)) << '\n';
          });
}
