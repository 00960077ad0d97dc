#include <wamp/actors/cluster/nodes.hpp>
#include <wamp/transport/tls_context.hpp>

#include <caf/all.hpp>
#include <caf/io/all.hpp>
#include <caf/openssl/all.hpp>

#include <chrono>

namespace wamp {

void use_nodes(caf::actor_system_config& config) {
  config.load<caf::io::middleman>();
  config.add_message_type<node_frames>("wamp::node_frames");
  config.add_message_type<node_peer_actor>("wamp::node_peer_actor");
}

tl::expected<void, std::string> use_nodes(caf::actor_system_config& config, const node_tls& tls) {
  // CAF would take its place by anonymous ciphers where one is missing.
  if (tls.certificate_file.empty() || tls.key_file.empty() || tls.ca_file.empty())
    return tl::unexpected(std::string{"TLS between nodes needs a certificate, its key, and the "
                                      "authority's certificate: not all three are given"});
  auto readable = tls_context::make(
      {.ca_file = tls.ca_file, .certificate_file = tls.certificate_file, .key_file = tls.key_file});
  if (!readable)
    return tl::unexpected(readable.error());
  use_nodes(config);
  config.load<caf::openssl::manager>();
  config.openssl_certificate = tls.certificate_file;
  config.openssl_key = tls.key_file;
  config.openssl_cafile = tls.ca_file;
  return {};
}

tl::expected<std::uint16_t, std::string> publish_directory(
    const directory_actor& directory, std::uint16_t port, const std::string& address) {
  auto& system = directory->home_system();
  if (!system.has_middleman())
    return tl::unexpected(std::string{"this system knows no nodes: use_nodes() its configuration"});
  // The port again at once, if an earlier process had it.
  auto bound = system.has_openssl_manager()
                   ? caf::openssl::publish(directory, port, address.c_str(), true)
                   : system.middleman().publish(directory, port, address.c_str(), true);
  if (!bound)
    return tl::unexpected(
        "can not listen for nodes on " + address + ":" + std::to_string(port) + ": "
        + system.render(bound.error()));
  return *bound;
}

} // namespace wamp
