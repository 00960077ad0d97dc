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
          [](const caf::error& e) {
            auto ours = wamp::wamp_error_of(e); // or CAF's, as of a client that has stopped
            std::cerr << (ours ? ours->uri : to_string(e)) << '\n';
          });
}

/// Publishes until the actor has ended: nobody tells when a spawned one is subscribed.
void tick_until_ended(wamp::client& publisher, const wamp::subscriber_actor& who) {
  auto ended = std::make_shared<std::promise<void>>();
  auto end = ended->get_future();
  who->attach_functor([ended] { ended->set_value(); });
  do
    publisher.publish("com.myapp.ticks", "tick");
  while (end.wait_for(std::chrono::milliseconds{10}) == std::future_status::timeout);
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
  tick_until_ended(publisher, three);
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::realm_settings realm;
  realm.name = "realm1";
  auto router = wamp::spawn_router(system, realm);
  use(system, router);
}
