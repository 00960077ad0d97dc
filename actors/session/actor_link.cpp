#include <wamp/actors/log.hpp>
#include <wamp/actors/session/actor_link.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/session_actor.hpp>

#include <caf/default_attachable.hpp>

#include <utility>

namespace wamp {

peer_ref local_peer() {
  static const auto facts = std::make_shared<const peer_facts>();
  return facts;
}

actor_link::actor_link(const session_actor& session, peer_actor peer, peer_ref facts)
    : session_(caf::actor_cast<caf::actor_addr>(session)),
      peer_(std::move(peer)),
      facts_(std::move(facts)) {
  peer_->attach(caf::default_attachable::make_monitor(peer_.address(), session_));
}

actor_link::~actor_link() {
  if (lost_events_ > 0)
    logger()->warn("a client in this process has lost {} events", lost_events_);
  peer_->detach(caf::default_attachable::observe_token{session_, caf::default_attachable::monitor});
}

template <class Message>
void actor_link::add(const Message& m, std::size_t weight) {
  if (batch_.empty())
    batch_.reserve(last_size_); // most turns are like the one before
  batch_.emplace_back(m);
  unhandled_.add(weight);
}

// What the peer has asked for is never too much for it; what others want of it may be.

delivery actor_link::send(const message& m) {
  add(m, std::visit([](const auto& x) { return weight_of(x); }, m));
  return delivery::accepted;
}

delivery actor_link::send(const invocation& m) {
  if (unhandled_.is_full())
    return delivery::full;
  add(m, weight_of(m));
  return delivery::accepted;
}

delivery actor_link::send(const result& m) {
  if (unhandled_.is_full() && flag(m.details, "progress"))
    return delivery::full;
  add(m, weight_of(m));
  return delivery::accepted;
}

void actor_link::send(const event_ref& e) {
  if (!unhandled_.is_full())
    add(e, weight_of(e->event()));
  else if (++lost_events_ == 1)
    logger()->warn("a client in this process is too slow: it loses events");
}

void actor_link::flush() {
  if (batch_.empty())
    return;
  last_size_ = batch_.size();
  // In the session's name, so that the peer can tell its sessions apart.
  peer_->enqueue(
      caf::make_mailbox_element(
          caf::actor_cast<caf::strong_actor_ptr>(session_), caf::make_message_id(), {},
          session_batch{std::exchange(batch_, {}), unhandled_.take_receipt()}),
      nullptr);
}

void actor_link::close(ending why) {
  static_cast<void>(why); // the peer has been told by ABORT or GOODBYE
  flush();
  if (auto session = caf::actor_cast<session_actor>(session_))
    caf::anon_send(session, link_event{link_event::what::closed, {}});
}

} // namespace wamp
