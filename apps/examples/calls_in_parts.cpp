// Progressive calls, both ways: arguments that are sent as they come up, and results that come
// before all arguments are there.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <iostream>
#include <string>

namespace {

/// A procedure that takes an invocation_stream gets the arguments part by part, and nothing behind
/// the last. It is a coroutine, as it must not block while it waits; so it takes the stream by
/// value.
wamp::pending<double> mean(wamp::invocation_stream parts) {
  double sum = 0;
  int count = 0;
  while (auto number = wamp::as<double>(co_await parts.next())) {
    sum += *number;
    ++count;
  }
  co_return sum / count;
}

/// With a responder it can answer each part when it comes. When the caller cancels, the next part
/// is an ERROR: as() throws it, and the coroutine ends.
wamp::pending<int> running_total(wamp::invocation_stream parts, wamp::responder to) {
  int total = 0;
  while (auto number = wamp::as<int>(co_await parts.next()))
    to.progress(wamp::make_payload(total += *number));
  co_return total;
}

void use(wamp::client& user) {
  // One way: the arguments in parts, one result.
  auto [numbers, answer] = user.call_in_parts("com.myapp.mean", 1.0); // the first part
  numbers.send(2.0);
  numbers.finish(6.0); // the last part
  std::cout << "mean: " << answer.get<double>() << '\n';

  // Both ways at once. Without arguments, finish() says that all parts were sent.
  auto [parts, totals] = user.stream_in_parts("com.myapp.running_total");
  for (int i = 1; i <= 3; ++i) {
    parts.send(i);
    std::cout << "so far: " << wamp::as<int>(*totals.next().get()) << '\n';
  }
  parts.finish();
  std::cout << "total: " << wamp::as<int>(*totals.next().get()) << '\n';

  // A stream that goes before its last part cancels the call.
  auto abandoned = user.call_in_parts("com.myapp.mean", 1.0).second;
  std::cout << "abandoned: " << abandoned.await().error().uri << '\n';

  // Procedures that want all their arguments at once say so.
  auto [unread, whole] = user.call_in_parts("com.myapp.whole", 1);
  std::cout << "whole: " << whole.await().error().uri << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  wamp::client math{system, {.realm = "realm1"}, router};
  math.procedure("com.myapp.mean", mean);
  math.procedure("com.myapp.running_total", running_total);
  math.procedure("com.myapp.whole", [](int n) { return n; });
  math.declared().get();
  wamp::client user{system, {.realm = "realm1"}, router};
  user.joined().get();
  use(user);
}
