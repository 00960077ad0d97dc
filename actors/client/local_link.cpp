#include <wamp/actors/client/local_link.hpp>
#include <wamp/actors/session/session_actor.hpp>

#include <utility>
#include <variant>

namespace wamp {

void local_link::open(
    caf::actor_system& system, const entrance_actor& entrance, const peer_actor& client) {
  close();
  session_ = spawn_session(system, entrance, client);
}

router_link::sent local_link::send(const message& m) {
  if (session_)
    std::visit(
        [this]<class Message>(const Message& x) {
          if constexpr (sent_by_clients<Message>)
            caf::anon_send(session_, x);
        },
        m);
  return sent::yes;
}

void local_link::close() {
  if (session_)
    caf::anon_send(
        std::exchange(session_, nullptr), link_event{link_event::what::closed, "the client left"});
}

} // namespace wamp
