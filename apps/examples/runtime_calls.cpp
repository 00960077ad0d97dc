// What a client can be asked for at run time, and how its answers are waited for.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <future>
#include <iostream>
#include <vector>

namespace {

void print(const char* what, const wamp::pending<wamp::result>::answer& a) {
  std::cout << what << ": " << (a ? a->args.view(wamp::format::json) : a.error().uri) << '\n';
}

void use(caf::actor_system& system, const wamp::router_actor& router) {
  std::promise<void> printed; // what handlers use stands before the clients
  std::vector<wamp::responder> unanswered;
  wamp::client callee{system, {.realm = "realm1"}, router};
  wamp::client user{system, {.realm = "realm1"}, router};
  user.joined().get();

  // Registered as long as `add` is there. confirmed() is the router's answer, good or bad.
  auto add = callee.register_("com.myapp.add", [](int a, int b) { return a + b; });
  if (auto done = add.confirmed().await(); !done)
    std::cerr << done.error().uri << '\n';
  auto slow =
      callee.register_("com.myapp.slow", [&](const wamp::invocation&, const wamp::responder& to) {
        unanswered.push_back(to);
      });
  slow.confirmed().get();

  // A call is on its way at once. Its answer is waited for as a value or an error, ...
  auto sum = user.call("com.myapp.add", 1, 2);
  print("await", sum.await());
  std::cout << "ready: " << std::boolalpha << sum.ready() << '\n';
  // ... as a value or an exception, of the type that one wants, ...
  std::cout << "get: " << user.call("com.myapp.add", 3, 4).get<int>() << '\n';
  // ... or not at all: then() is called in the client's actor.
  user.call("com.myapp.add", 5, 6).then([&](const auto& answer) {
    print("then", answer);
    printed.set_value();
  });
  printed.get_future().get();

  // A call's time, in milliseconds. client_settings::call_timeout is for all that name none.
  print("timeout", user.call({"com.myapp.slow", {{"timeout", 20}}}).await());
  auto canceled = user.call("com.myapp.slow");
  if (!canceled.await_for(std::chrono::milliseconds{20}))
    canceled.cancel();
  print("cancel", canceled.await());

  // The publication's id, when the router has it.
  if (auto done = user.ack_publish("com.myapp.news", "hello").await())
    std::cout << "published: " << (done->publication.value() != 0) << '\n';

  add.end(); // unregisters; so would the end of its life
  print("unregistered", callee.call("com.myapp.add", 1, 2).await());
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  use(system, router);
}
