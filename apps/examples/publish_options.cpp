// Who receives an event: three members of a realm that hear the same topic.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <future>
#include <iostream>

namespace {

class member {
public:
  member(caf::actor_system& system, const wamp::router_actor& router)
      : client_(system, {.realm = "realm1"}, router), session_(client_.joined().get()) {
    chat_ = client_.subscribe("com.myapp.chat", [this](const std::string& text) {
      if (text == "end")
        all_.set_value(heard_);
      else
        heard_ += ' ' + text;
    });
    chat_.confirmed().get();
  }

  wamp::client& client() { return client_; }
  /// This session's id; ids are numbers in options.
  std::uint64_t id() const { return session_.value(); }
  /// What came before "end".
  std::string heard() { return all_.get_future().get(); }

private:
  std::string heard_; // before the client whose handler uses it
  std::promise<std::string> all_;
  wamp::client client_;
  wamp::session_id session_;
  wamp::service chat_;
};

void use(caf::actor_system& system, const wamp::router_actor& router) {
  member ann{system, router}, bob{system, router}, cat{system, router};
  auto& c = ann.client();

  c.publish("com.myapp.chat", "others"); // not to whoever publishes
  c.publish({"com.myapp.chat", {{"exclude_me", false}}}, "all");
  c.publish({"com.myapp.chat", {{"eligible", wamp::list{bob.id()}}}}, "bob-only");
  c.publish({"com.myapp.chat", {{"exclude", wamp::list{bob.id()}}}}, "not-bob");
  c.publish({"com.myapp.chat", {{"eligible_authrole", wamp::list{"anonymous"}}}}, "anonymous");
  c.publish({"com.myapp.chat", {{"eligible_authrole", wamp::list{"admin"}}}}, "admins");

  // Whether it was published, only ack_publish() tells; it sets the option `acknowledge`.
  if (auto sent = c.ack_publish({"com.myapp.chat", {{"exclude_me", false}}}, "end").await(); !sent)
    std::cerr << sent.error().uri << '\n';
  if (auto sent = c.ack_publish("no topic!").await(); !sent)
    std::cout << "not sent: " << sent.error().uri << '\n';

  std::cout << "ann:" << ann.heard() << "\nbob:" << bob.heard() << "\ncat:" << cat.heard() << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  use(system, router);
}
