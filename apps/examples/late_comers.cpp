// For those who come late, or look away: events that are retained, and testaments, which the router
// publishes when a session ends, however it does.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <future>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>

namespace {

/// A lamp tells whether it is on to all who ask, now or later; and that it is gone when it goes.
class lamp {
public:
  lamp(caf::actor_system& system, const wamp::router_actor& router)
      : client_(system, {.realm = "realm1"}, router) {
    client_.joined().get();
    // Topic, arguments, keyword arguments; of several testaments, each is published.
    client_
        .call(
            "wamp.session.add_testament", "com.myapp.lamp", wamp::list{"gone"}, wamp::dict{},
            wamp::kwargs{{"publish_options", wamp::dict{{"retain", true}}}})
        .get();
    tell("off");
  }

  /// The router keeps the newest event of the topic.
  void tell(const std::string& state) {
    client_.ack_publish({"com.myapp.lamp", {{"retain", true}}}, state).get();
  }

private:
  wamp::client client_;
};

class spectator {
public:
  spectator(caf::actor_system& system, const wamp::router_actor& router)
      : client_(system, {.realm = "realm1"}, router) {
    client_.channel({"com.myapp.lamp", {{"get_retained", true}}}, [this](const wamp::event& e) {
      const bool was_retained = wamp::flag(e.details, "retained");
      std::cout << (was_retained ? "it was: " : "it is: ") << wamp::as<std::string>(e) << '\n';
      if (wamp::as<std::string>(e) == "gone")
        over_.set_value();
    });
    client_.declared().get();
  }
  void wait_for_the_end() { over_.get_future().get(); }

private:
  std::promise<void> over_; // before the client whose handler uses it
  wamp::client client_;
};

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  auto light = std::make_unique<lamp>(system, router);
  light->tell("on");
  spectator early{system, router}; // late enough: it hears of it as the past
  light.reset();                   // its session ends
  early.wait_for_the_end();
  spectator late{system, router};
  late.wait_for_the_end();
}
