// The events of one subscription on their way to an actor of the application: as much as a socket's
// peer may leave unread, then they are lost. Lives in the client's actor and is called there.
#pragma once

#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/in_flight.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace wamp {

class event_feed : public std::enable_shared_from_this<event_feed> {
public:
  event_feed(client_actor::pointer self, subscriber_actor to) : self_(self), to_(std::move(to)) {}

  void send(const event& e) {
    if (unhandled_ >= in_flight::bound) {
      if (++lost_ == 1)
        logger()->warn("an actor that has subscribed is too slow: it loses events");
      return;
    }
    unhandled_ += weight_of(e);
    unasked_ += weight_of(e);
    if (unasked_ < in_flight::bound / 256)
      caf::anon_send(to_, e);
    else
      ask(e, std::exchange(unasked_, 0));
  }

private:
  /// CAF answers a request when it was handled, and thus all that came before it.
  void ask(const event& e, std::size_t bytes) {
    const auto handled = [feed = shared_from_this(), bytes] { feed->unhandled_ -= bytes; };
    self_->request(to_, caf::infinite, e).then(handled, [handled](const caf::error&) {
      handled(); // the handler failed: whether the actor lives on is its own affair
    });
  }

  client_actor::pointer self_;
  subscriber_actor to_;
  std::size_t unhandled_ = 0; ///< bytes
  std::size_t unasked_ = 0;   ///< of those: sent since it was last asked
  std::uint64_t lost_ = 0;
};

} // namespace wamp
