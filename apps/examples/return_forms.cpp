// Every form in which a procedure answers at once. Those that answer later: later_answers.cpp.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <iostream>

namespace {

struct point {
  int x = 0;
  int y = 0;
};
WAMP_STRUCT(point, x, y)

void declare(wamp::client& c) {
  c.procedure("a.nothing", [] {});
  c.procedure("a.value", [](int n) { return n + 1; });
  c.procedure("a.several", [](int n) { return std::tuple{n, "two"}; });
  c.procedure("a.kwargs", [](int a, int b) {
    return std::tuple{a / b, wamp::kwargs{{"remainder", a % b}}};
  });
  c.procedure("a.arguments", [](const wamp::arguments& in) { return in; });
  c.procedure("a.struct", [](const point& p) { return point{p.y, p.x}; });

  // Errors: what was expected to go wrong, an error as such, or an exception.
  c.procedure("a.expected", [](int n) -> tl::expected<int, wamp::wamp_error> {
    if (n < 0)
      return tl::unexpected{wamp::wamp_error{"com.myapp.error.negative", {}, {{"n", n}}}};
    return n;
  });
  c.procedure("a.error", [](int) { return wamp::wamp_error{"com.myapp.error.never"}; });
  c.procedure("a.thrown", [](int n) {
    throw wamp::invocation_error{"com.myapp.error.no", {"not this one", n}};
  });
}

/// Arguments as JSON: the list, then the dictionary if there is one.
template <class... Args>
void print(wamp::client& c, const std::string& procedure, const Args&... args) {
  if (auto answer = c.call(procedure, args...).await())
    std::cout << procedure << ": " << answer->args.view(wamp::format::json) << '\n';
  else
    std::cout << procedure << ": " << answer.error().uri << ' '
              << answer.error().args.view(wamp::format::json) << '\n';
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  wamp::client c{system, {.realm = "realm1"}, router};
  declare(c);
  c.joined().get(); // the same client's calls come behind what it has declared
  print(c, "a.nothing");
  print(c, "a.value", 1);
  print(c, "a.several", 1);
  print(c, "a.kwargs", 7, 2);
  print(c, "a.arguments", 1, "two", wamp::kwargs{{"three", 3.5}});
  print(c, "a.struct", point{1, 2});
  print(c, "a.expected", 1);
  print(c, "a.expected", -1);
  print(c, "a.error", 1);
  print(c, "a.thrown", 1);
  print(c, "a.value", "one");
}
