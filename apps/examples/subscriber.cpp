// Actors that hear a topic: of a function, of a function with a state, and one of one's own.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/actors/subscriber/subscriber_actor.hpp>

#include <future>
#include <iostream>
#include <memory>

namespace {

/// One's own: any actor that takes events.
wamp::subscriber_actor::behavior_type
listener(wamp::subscriber_actor::pointer self, const std::shared_ptr<std::promise<void>>& heard) {
  return {[=](const wamp::event& e) {
    if (auto text = wamp::arguments_as<std::string>(e.args.values()))
      std::cout << "my own actor: " << std::get<0>(*text) << '\n';
    heard->set_value();
    self->quit(); // and so it is unsubscribed
  }};
}

void use_own_actor(caf::actor_system& system, const wamp::client& user, wamp::client& publisher) {
  auto heard = std::make_shared<std::promise<void>>();
  auto mine = system.spawn(listener, heard);
  caf::scoped_actor self{system};
  self->request(user.actor(), caf::infinite, wamp::attach_subscriber{"com.myapp.news", mine})
      .receive(
          [&](const wamp::subscribed&) {
            publisher.publish("com.myapp.news", "hello");
            heard->get_future().get();
          },
          [](const caf::error& e) { std::cerr << wamp::describe(e) << '\n'; });
}

void use(caf::actor_system& system, const wamp::router_actor& router) {
  wamp::client user{system, {.realm = "realm1"}, router};
  wamp::client publisher{system, {.realm = "realm1"}, router};
  publisher.joined().get();
  use_own_actor(system, user, publisher);

  // It lasts as long as the client, if nobody ends it.
  wamp::spawn_subscriber(
      system, user.actor(), "com.myapp.alarms", [](const std::string& text) { std::cerr << text; });

  auto three = wamp::spawn_subscriber(
      system, user.actor(), "com.myapp.ticks", [](wamp::subscriber_pointer self) {
        return [self, left = 3](const std::string& text) mutable {
          std::cout << text << ' ' << left << '\n';
          if (--left == 0)
            self->quit();
        };
      });
  three.confirmed.get(); // events of before it was subscribed are not its own
  for (int i = 0; i < 5; ++i)
    publisher.publish("com.myapp.ticks", "tick");
  caf::scoped_actor self{system};
  self->wait_for(three.actor);
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  use(system, router);
}
