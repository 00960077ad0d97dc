// Who is in a realm, and what is served there: the router tells it by procedures and topics of its
// own, which are used like any other.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <cstdint>
#include <future>
#include <iostream>
#include <string>
#include <vector>

namespace {

/// What wamp.session.on_join tells, as far as it matters here; there is more.
struct joined_session {
  std::uint64_t session = 0;
  std::string authrole;
};
WAMP_STRUCT(joined_session, session, authrole)

/// What wamp.registration.get answers.
struct registration {
  std::string uri;
  std::string match;
  std::string invoke;
};
WAMP_STRUCT(registration, uri, match, invoke)

struct registrations {
  std::vector<std::uint64_t> exact;
  std::vector<std::uint64_t> prefix;
  std::vector<std::uint64_t> wildcard;
};
WAMP_STRUCT(registrations, exact, prefix, wildcard)

void list(wamp::client& c) {
  std::cout << "sessions: " << c.call("wamp.session.count").get<int>() << '\n';
  const auto all = c.call("wamp.registration.list").get<registrations>();
  for (const auto id : all.exact) {
    const auto r = c.call("wamp.registration.get", id).get<registration>();
    const auto callees = c.call("wamp.registration.count_callees", id).get<int>();
    std::cout << r.uri << ": " << r.match << ", " << r.invoke << ", " << callees << " callee\n";
  }
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});

  std::promise<joined_session> joined; // what handlers use stands before the client
  std::promise<std::uint64_t> left;
  wamp::client watcher{system, {.realm = "realm1"}, router};
  watcher.channel(
      "wamp.session.on_join", [&](const joined_session& who) { joined.set_value(who); });
  watcher.channel(
      "wamp.session.on_leave", [&](std::uint64_t session, const std::string&, const std::string&) {
        left.set_value(session);
      });
  watcher.declared().get();

  std::uint64_t id = 0;
  {
    wamp::client other{system, {.realm = "realm1"}, router};
    other.procedure("com.myapp.add", [](int a, int b) { return a + b; });
    other.declared().get();
    const auto who = joined.get_future().get();
    id = who.session;
    std::cout << "joined: " << who.authrole << '\n';
    list(watcher);
  }
  std::cout << "left: " << std::boolalpha << (left.get_future().get() == id) << '\n';
  list(watcher);
}
