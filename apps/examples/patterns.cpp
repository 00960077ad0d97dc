// One handler for many URIs, and many handlers for one: patterns and shared registrations.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <future>
#include <iostream>
#include <string>

namespace {

/// Several clients serve "com.myapp.work"; `invoke` says which of them gets the next call: in turn
/// ("roundrobin"), any ("random"), or the first or last who registered it. All must say the same.
class worker {
public:
  worker(caf::actor_system& system, const wamp::router_actor& router, std::string name)
      : client_(system, {.realm = "realm1"}, router) {
    client_.procedure({"com.myapp.work", {{"invoke", "roundrobin"}}}, [name] { return name; });
    client_.declared().get();
  }

private:
  wamp::client client_;
};

/// Which of the URIs it was stands in the details of the call, or of the event.
void declare(wamp::client& c, std::promise<std::string>& heard) {
  c.procedure(
      {"com.myapp.files", {{"match", "prefix"}}},
      [](const wamp::list& args, const wamp::dict&, const wamp::dict& details) {
        return wamp::list{"by prefix", *details.find("procedure"), args};
      });
  c.procedure(
      {"com.myapp..delete", {{"match", "wildcard"}}},
      [](const wamp::list&, const wamp::dict&, const wamp::dict& details) {
        return wamp::list{"by wildcard", *details.find("procedure")};
      });
  c.procedure("com.myapp.files.count", [] { return 3; });
  c.channel({"com.myapp..created", {{"match", "wildcard"}}}, [&](const wamp::event& e) {
    heard.set_value(*wamp::find<std::string>(e.details, "topic"));
  });
}

void print(wamp::client& c, const std::string& procedure) {
  const auto answer = c.call(procedure, 1).await();
  std::cout << procedure << ": "
            << (answer ? answer->args.view(wamp::format::json) : answer.error().uri) << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  std::promise<std::string> heard; // before the client whose handler uses it
  wamp::client c{system, {.realm = "realm1"}, router};
  worker ann{system, router, "ann"}, bob{system, router, "bob"};
  for (int i = 0; i < 4; ++i)
    std::cout << "work: " << c.call("com.myapp.work").get<std::string>() << '\n';

  declare(c, heard);
  c.declared().get();
  print(c, "com.myapp.files.read");
  print(c, "com.myapp.files.delete"); // a prefix comes before a wildcard, ...
  print(c, "com.myapp.users.delete");
  std::cout << "files: " << c.call("com.myapp.files.count").get<int>() << '\n'; // and exact first

  c.publish({"com.myapp.users.created", {{"exclude_me", false}}});
  std::cout << "heard: " << heard.get_future().get() << '\n';
}
