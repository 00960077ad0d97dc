#include <wamp/actors/session/actor_link.hpp>
#include <wamp/actors/session/session_actor.hpp>

namespace wamp {

namespace {

template <class T>
constexpr bool is_for_peers = std::
                                  is_same_v<
                                      T,
                                      welcome> || std::is_same_v<T, abort> || std::is_same_v<T, challenge> || std::is_same_v<T, goodbye> || std::is_same_v<T, error> || std::is_same_v<T, published> || std::is_same_v<T, subscribed> || std::is_same_v<T, unsubscribed> || std::is_same_v<T, event> || std::is_same_v<T, result> || std::is_same_v<T, registered> || std::is_same_v<T, unregistered> || std::is_same_v<T, invocation> || std::is_same_v<T, interrupt>;

} // namespace

actor_link::actor_link(const session_actor& session, peer_actor peer)
    : session_(caf::actor_cast<caf::actor_addr>(session)), peer_(std::move(peer)) {
  peer_->attach_functor([session = session_] {
    if (auto alive = caf::actor_cast<session_actor>(session))
      caf::anon_send(alive, link_event{link_event::what::closed, "the peer ended"});
  });
}

delivery actor_link::send(const message& m) {
  std::visit(
      [&]<class T>(const T& x) {
        if constexpr (is_for_peers<T>)
          caf::anon_send(peer_, x);
      },
      m);
  return delivery::accepted;
}

delivery actor_link::send(const invocation& m) {
  caf::anon_send(peer_, m);
  return delivery::accepted;
}

delivery actor_link::send(const result& m) {
  caf::anon_send(peer_, m);
  return delivery::accepted;
}

void actor_link::send(const event_ref& e) {
  caf::anon_send(peer_, e->event());
}

void actor_link::close(ending why) {
  static_cast<void>(why); // the peer has been told by ABORT or GOODBYE
  if (auto session = caf::actor_cast<session_actor>(session_))
    caf::anon_send(session, link_event{link_event::what::closed, {}});
}

} // namespace wamp
