// A client of a router anywhere, as of the one that `./dev run` starts:
//   remote_client ws://127.0.0.1:8080/ws
//   remote_client wss://router.example/ws my-authority.pem
#include <wamp/actors/client/client.hpp>
#include <wamp/transport/io_thread.hpp>

#include <chrono>
#include <iostream>

namespace {

int fail(const std::string& why) {
  std::cerr << why << '\n';
  return 2;
}

} // namespace

int main(int argc, char** argv) {
  auto url = wamp::router_url::parse(argc > 1 ? argv[1] : "ws://127.0.0.1:8080/ws");
  if (!url)
    return fail(url.error());

  wamp::io_thread sockets; // serves any number of clients
  sockets.run();
  wamp::remote_router router;
  router.thread = &sockets;
  router.urls = {*url}; // several are tried in turn

  // For wss and tcps: whom to trust, if it is not the system's authorities.
  if (argc > 2) {
    auto tls = wamp::tls_context::make({.ca_file = argv[2]});
    if (!tls)
      return fail(tls.error());
    router.options.tls = *tls;
  }

  wamp::client_settings settings;
  settings.realm = "realm1";
  settings.reconnect.most = std::chrono::seconds{5}; // the longest pause between two attempts
  settings.on_status = [](const wamp::client_status& now) {
    if (now.state == wamp::client_state::disconnected)
      std::cerr << now.reason << ": " << now.text << ", trying again\n";
  };

  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::client me{system, settings, router};
  auto add = me.register_("com.example.add", [](int a, int b) { return a + b; });
  if (auto done = add.confirmed().await(); !done)
    return fail(done.error().uri);
  std::cout << "2 + 3 = " << me.call("com.example.add", 2, 3).get<int>() << '\n';
}
