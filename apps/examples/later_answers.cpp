// Procedures that answer later. A handler must not wait: it passes on what others will answer, is a
// coroutine, or lets somebody else answer.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <iostream>
#include <thread>
#include <vector>

namespace {

void declare(wamp::client& c, std::vector<std::jthread>& workers) {
  c.procedure("a.square", [](int n) { return n * n; });

  // What another procedure answers, an error included.
  c.procedure("a.forwarded", [&c](int n) { return c.call("a.square", n); });

  // Parameters by value: references do not last beyond the first co_await. Captures do, until it
  // has answered.
  c.procedure("a.coroutine", [&c](int n) -> wamp::pending<int> {
    const int once = wamp::as<int>(co_await c.call("a.square", n)); // throws an ERROR on
    co_return wamp::as<int>(co_await c.call("a.square", once));
  });

  // By another thread: a handler that takes the responder and returns nothing answers later. If the
  // last copy of it goes unused, the caller gets an error.
  c.procedure("a.thread", [&workers](const wamp::responder& to, int n) {
    workers.emplace_back([to, n] { to.result(wamp::make_payload(n / 2)); });
  });

  // Several results: progress for whoever asks for it, and the last one for all.
  c.procedure("a.countdown", [](const wamp::responder& to, int n) {
    for (; n > 0; --n)
      to.progress(wamp::make_payload(n));
    return "liftoff";
  });
}

template <class Arg>
void print(wamp::client& c, const std::string& procedure, const Arg& arg) {
  if (auto answer = c.call(procedure, arg).await())
    std::cout << procedure << ": " << answer->args.view(wamp::format::json) << '\n';
  else
    std::cout << procedure << ": " << answer.error().uri << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  std::vector<std::jthread> workers; // before the client whose handlers use it
  wamp::client c{system, {.realm = "realm1"}, router};
  declare(c, workers);
  c.joined().get(); // the same client's calls come behind what it has declared
  print(c, "a.forwarded", 3);
  print(c, "a.forwarded", "three");
  print(c, "a.coroutine", 3);
  print(c, "a.thread", 84);
  print(c, "a.thread", "half");
  print(c, "a.countdown", 3);

  // Here one after the other; in a coroutine, co_await parts.next() does not block.
  const auto parts = c.stream("a.countdown", 3);
  while (auto part = parts.next().get())
    std::cout << "a.countdown: " << part->args.view(wamp::format::json) << '\n';
}
