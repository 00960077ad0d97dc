#include <wamp/actors/session/actor_link.hpp>
#include <wamp/actors/session/session_actor.hpp>

namespace wamp {

actor_link::actor_link(const session_actor& session, peer_actor peer)
    : session_(caf::actor_cast<caf::actor_addr>(session)), peer_(std::move(peer)) {
  peer_->attach_functor([session = session_] {
    if (auto alive = caf::actor_cast<session_actor>(session))
      caf::anon_send(alive, link_event{link_event::what::closed, "the peer ended"});
  });
}

template <class Message>
void actor_link::pass_on(const Message& m) {
  // In the session's name, so that the peer can tell its sessions apart.
  peer_->enqueue(
      caf::make_mailbox_element(
          caf::actor_cast<caf::strong_actor_ptr>(session_), caf::make_message_id(), {}, m),
      nullptr);
}

delivery actor_link::send(const message& m) {
  std::visit(
      [this]<class T>(const T& x) {
        if constexpr (sent_to_clients<T>)
          pass_on(x);
      },
      m);
  return delivery::accepted;
}

delivery actor_link::send(const invocation& m) {
  pass_on(m);
  return delivery::accepted;
}

delivery actor_link::send(const result& m) {
  pass_on(m);
  return delivery::accepted;
}

void actor_link::send(const event_ref& e) {
  pass_on(e->event());
}

void actor_link::close(ending why) {
  static_cast<void>(why); // the peer has been told by ABORT or GOODBYE
  if (auto session = caf::actor_cast<session_actor>(session_))
    caf::anon_send(session, link_event{link_event::what::closed, {}});
}

} // namespace wamp
