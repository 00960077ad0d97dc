// A router on one CAF node, a client of it on another. Both are in this program here; the arguments
// are a certificate, its key and the authority's certificate, to speak TLS between them.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/cluster/nodes.hpp>
#include <wamp/actors/router/router_actor.hpp>

#include <iostream>

namespace {

class node {
public:
  explicit node(char** tls_files) {
    if (tls_files[0] == nullptr) {
      wamp::use_nodes(config_);
    } else if (auto ready = wamp::use_nodes(config_, {tls_files[0], tls_files[1], tls_files[2]});
               !ready) {
      std::cerr << ready.error() << '\n';
      std::exit(2);
    }
    system_.emplace(config_);
  }
  caf::actor_system& system() { return *system_; }

private:
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
};

void serve_and_call(node& here, std::uint16_t port) {
  wamp::client c{here.system(), {.realm = "realm1"}, wamp::remote_node{{{"127.0.0.1", port}}}};
  c.procedure("com.myapp.add", [](int a, int b) { return a + b; });
  c.declared().get();
  std::cout << "2 + 3 = " << c.call("com.myapp.add", 2, 3).get<int>() << '\n';
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 1 && argc != 4) {
    std::cerr << "usage: " << argv[0] << " [CERTIFICATE KEY AUTHORITY]\n";
    return 2;
  }
  // The node with the router.
  node one{argv + 1};
  auto router = wamp::spawn_router(one.system(), {.name = "realm1"});
  auto directory = wamp::spawn_directory(one.system(), router);
  auto port = wamp::publish_directory(directory, 0, "127.0.0.1"); // 0: any that is free
  if (!port) {
    std::cerr << port.error() << '\n';
    return 1;
  }
  // Another node.
  node other{argv + 1};
  serve_and_call(other, *port);
  caf::anon_send_exit(directory, caf::exit_reason::user_shutdown);
}
