// The gateway: listeners, the gateway actor and its realms, as one object that a program starts
// and stops. Used by apps/gateway and by applications that open sockets themselves.
// Thread-safe where it says so.
#pragma once

#include <wamp/actors/gateway/gateway_actor.hpp>
#include <wamp/transport/io_thread.hpp>
#include <wamp/transport/listener.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace wamp {

struct listener_settings {
  listen_address address;
  listener_options options;
};

struct gateway_settings {
  std::vector<listener_settings> listeners = {};
  std::vector<realm_settings> realms = {};
  session_timeouts timeouts = {};
};

class gateway {
public:
  /// Opens every listener, or none and says why not. `system` and `threads`, at least one, must
  /// outlive the gateway; connections go round the threads and are served there once they run.
  /// With an io_scheduler on the same threads, each session lives on its connection's.
  static tl::expected<std::unique_ptr<gateway>, std::string>
  open(caf::actor_system& system, std::vector<io_thread*> threads, gateway_settings settings);

  /// As stop() without patience.
  ~gateway();
  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;

  /// With the ports that the system chose.
  std::vector<listen_address> local_addresses() const;

  /// What the listener with this place in gateway_settings::listeners shows from here on, if it was
  /// opened with TLS; connections that are there keep theirs. Not after stop().
  void use_tls(std::size_t listener, std::shared_ptr<const tls_server_context> tls);

  /// Who decides from here on what sessions of the realm may do; false: there is no such realm. As
  /// realm_control::set_authorizer. Not in an actor, nor after stop().
  bool set_authorizer(std::string realm, std::shared_ptr<authorizer> by);

  /// The gateway actor: lets sessions in to any of its realms. Any thread.
  const gateway_actor& actor() const noexcept { return actor_; }

  /// No new connections; GOODBYE wamp.close.system_shutdown to every session; returns when all
  /// connections are closed. Sessions that have not answered after `patience` are closed too,
  /// which may take another connection_limits::close_timeout. Not on an io thread, nor in an
  /// actor. Once; the gateway serves nobody afterwards.
  void stop(std::chrono::milliseconds patience);

private:
  gateway(std::vector<io_thread*> threads, gateway_actor actor);

  std::vector<io_thread*> threads_;
  gateway_actor actor_;
  std::vector<std::unique_ptr<listener>> listeners_;
};

} // namespace wamp
