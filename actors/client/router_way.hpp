// A client's way to its router, opened anew for each session: within the process (local_way),
// through a socket (remote_way) or across CAF nodes (node_way). Lives in the client's actor and is
// called there.
#pragma once

#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/cluster/node_interfaces.hpp>
#include <wamp/actors/interfaces.hpp>

namespace wamp {

class router_way : public router_link {
public:
  /// Begins anew. Answered by core.connected() or core.connection_lost(), at once or later; after
  /// the first by core.receive(), and by core.connection_lost() when it ends.
  virtual void open(client_core& core) = 0;

  /// What a turn of the client's has sent goes out now, if it has not before.
  virtual void flush() {}

  /// Whether messages of this actor came this way.
  virtual bool is_from(const caf::strong_actor_ptr& sender) const {
    static_cast<void>(sender);
    return false;
  }
  /// From the other end of a way across nodes, and from this end's own clock.
  virtual void on_frames(const node_frames& f, client_core& core) {
    static_cast<void>(f);
    static_cast<void>(core);
  }
  virtual void on_beat(std::uint64_t generation, client_core& core) {
    static_cast<void>(generation);
    static_cast<void>(core);
  }
  /// An actor that the client monitors has ended.
  virtual void on_down(const caf::down_msg& m, client_core& core) {
    static_cast<void>(m);
    static_cast<void>(core);
  }
};

} // namespace wamp
