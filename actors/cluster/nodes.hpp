// Routers and clients on several CAF nodes: a node publishes its directory, a client on another
// finds its realm through it. Used by applications; see client.hpp for the client's side.
//
//   caf::actor_system_config config;                    // on both nodes
//   wamp::use_nodes(config);
//
//   auto directory = wamp::spawn_directory(system, router);
//   auto port = wamp::publish_directory(directory, 4040, "127.0.0.1");
//
//   wamp::client c{system, {.realm = "realm1"}, wamp::remote_node{{{"host", 4040}}}};
#pragma once

#include <wamp/actors/cluster/node_end.hpp>
#include <wamp/actors/cluster/node_interfaces.hpp>
#include <wamp/actors/interfaces.hpp>

#include <tl/expected.hpp>

#include <cstdint>
#include <string>

namespace wamp {

/// Each node has a certificate, shows it, and takes only nodes with one of the same authority: it
/// is the authority that says who is a node, names are not compared. PEM files, all three needed.
struct node_tls {
  std::string certificate_file;
  std::string key_file; ///< without a password
  std::string ca_file;
};

/// Makes systems of this configuration speak to others. Before the actor_system is made. Plain:
/// whoever reaches the port may send what he likes to any actor whose handle he gets, so for
/// trusted networks alone.
void use_nodes(caf::actor_system_config& config);

/// The same over TLS; the error is a sentence, and nothing is configured after it.
tl::expected<void, std::string> use_nodes(caf::actor_system_config& config, const node_tls& tls);

/// Lets clients of other nodes into realms: that of a router, those of a gateway, or several
/// routers' (see spawn_entrance). Ends when it is told to (anon_send_exit).
directory_actor spawn_directory(
    caf::actor_system& system, entrance_actor entrance, const node_link_settings& settings = {});

/// Makes it reachable, over TLS if the system has that. `address`: of this host, to listen on;
/// port 0 for any. The port, or a sentence. Blocks for a moment: not in an actor.
tl::expected<std::uint16_t, std::string>
publish_directory(const directory_actor& directory, std::uint16_t port, const std::string& address);

} // namespace wamp
