// Where a broker or dealer puts what it wants sent. Implemented by their actors (and by tests);
// the order of calls is the order in which a session must see the messages.
#pragma once

#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/actors/requests.hpp>
#include <wamp/actors/session/session_info.hpp>

namespace wamp {

class outbox {
public:
  virtual ~outbox() = default;
  virtual void deliver(const session_ref& to, outgoing m) = 0;
  virtual void deliver(const session_ref& to, const event_ref& e) = 0;
};

} // namespace wamp
