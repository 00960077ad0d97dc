// A client's way to a router in the same actor system: a session of its own, which takes messages
// as they are. Owned by the client actor.
#pragma once

#include <wamp/actors/client/client_protocol.hpp>
#include <wamp/actors/interfaces.hpp>

namespace wamp {

class local_link : public router_link {
public:
  /// From here on messages go to a new session.
  void open(caf::actor_system& system, const entrance_actor& entrance, const peer_actor& client);

  const session_actor& session() const noexcept { return session_; }

  sent send(const message& m) override;
  void close() override;

private:
  session_actor session_;
};

} // namespace wamp
