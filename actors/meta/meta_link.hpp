// What a dealer has for the rest of its realm: what its meta topics tell, and the calls of
// procedures that others serve. Implemented by the dealer actor (and by tests).
#pragma once

#include <wamp/actors/meta/meta_owner.hpp>
#include <wamp/actors/meta/meta_topics.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>

namespace wamp {

class meta_link {
public:
  virtual ~meta_link() = default;
  virtual void publish(meta_event e) = 0;
  /// Answered by its owner, who is not the dealer.
  virtual void pass_on(meta_owner to, const session_ref& from, call&& request) = 0;
};

} // namespace wamp
