// A client of a router anywhere, as of the one that `./dev run` starts:
//   remote_client ws://127.0.0.1:8080/ws
#include <wamp/actors/client/client.hpp>
#include <wamp/transport/io_thread.hpp>

#include <iostream>

int main(int argc, char** argv) {
  auto url = wamp::router_url::parse(argc > 1 ? argv[1] : "ws://127.0.0.1:8080/ws");
  if (!url) {
    std::cerr << url.error() << '\n';
    return 2;
  }
  wamp::io_thread sockets; // serves any number of clients
  sockets.run();
  caf::actor_system_config config;
  caf::actor_system system{config};
  wamp::client_settings settings;
  settings.realm = "realm1";
  settings.on_status = [](const wamp::client_status& now) {
    if (now.state == wamp::client_state::disconnected)
      std::cerr << now.reason << ": " << now.text << ", trying again\n";
  };
  wamp::remote_router router;
  router.thread = &sockets;
  router.urls = {*url};
  wamp::client me{system, settings, router};
  me.joined().get();
  auto add = me.register_("com.example.add", [](int a, int b) { return a + b; });
  add.confirmed().get();
  std::cout << "2 + 3 = " << me.call("com.example.add", 2, 3).get<int>() << '\n';
}
