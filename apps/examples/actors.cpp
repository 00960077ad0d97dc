// Actors that use a client by messages alone: one serves a procedure, one calls it and publishes.
#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/serialization/convert.hpp>
#include <wamp/serialization/uris.hpp>

#include <iostream>
#include <utility>

namespace {

caf::error error_of(std::string_view uri) {
  return wamp::to_caf_error(wamp::wamp_error{std::string{uri}});
}

/// Serves a procedure: its errors are the caller's.
wamp::procedure_actor::behavior_type divider(wamp::procedure_actor::pointer) {
  return {[](const wamp::invocation& i) -> caf::result<wamp::arguments> {
    const auto in = wamp::arguments_as<double, double>(i.args.values());
    if (!in)
      return error_of(wamp::uris::invalid_argument);
    const auto [a, b] = *in;
    if (b == 0)
      return error_of("com.myapp.error.division_by_zero");
    return wamp::make_arguments(a / b);
  }};
}

using self_pointer = caf::event_based_actor*;

void publish(self_pointer self, const wamp::client_actor& client) {
  // Without the option it would be answered at once.
  const wamp::dict options{{"acknowledge", true}};
  wamp::publish news{{}, options, "com.myapp.news", wamp::make_payload("divided")};
  self->request(client, caf::infinite, std::move(news)).then([](const wamp::published&) {
    std::cout << "published\n";
  });
}

void divide(self_pointer self, const wamp::client_actor& client, double a, double b) {
  wamp::call divide_them{{}, {}, "com.myapp.divide", wamp::make_payload(a, b)};
  self->request(client, caf::infinite, std::move(divide_them))
      .then(
          [=](const wamp::result& r) {
            std::cout << a << " / " << b << " = " << r.args.view(wamp::format::json) << '\n';
            divide(self, client, a, 0);
          },
          [=](const caf::error& e) {
            std::cout << a << " / " << b << " : " << wamp::describe(e) << '\n';
            publish(self, client);
          });
}

/// Calls it, and publishes. An error that is not handled ends the actor, as ever in CAF.
void user(
    self_pointer self, const wamp::client_actor& client, const wamp::procedure_actor& server) {
  // Answered in the first session, so that there is one then.
  self->request(client, caf::infinite, wamp::attach_procedure{"com.myapp.divide", server})
      .then([=](const wamp::registered&) { divide(self, client, 9, 2); });
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto router = wamp::spawn_router(system, {.name = "realm1"});
  auto client = wamp::spawn_client(system, {.realm = "realm1"}, router);
  auto server = system.spawn(divider);
  caf::scoped_actor self{system};
  self->wait_for(system.spawn(user, client, server));
  self->send(client, wamp::stop_client{}); // GOODBYE
}
