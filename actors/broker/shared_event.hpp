// One EVENT on its way to all subscribers of one subscription: encoded at most once per format,
// by the first session that needs it, then shared down to the sockets.
// Immutable and thread-safe. Spec: "Publish and Subscribe", EVENT.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/slice.hpp>

#include <atomic>
#include <memory>

namespace wamp {

class shared_event {
public:
  explicit shared_event(wamp::event&& e) : event_(std::move(e)) {}
  ~shared_event();
  shared_event(const shared_event&) = delete;
  shared_event& operator=(const shared_event&) = delete;

  const wamp::event& event() const noexcept { return event_; }

  /// The whole message in this format.
  const slice& encoded(format f) const;

private:
  struct forms;

  wamp::event event_;
  /// None for those who need no bytes: an event between actors is as small as it can be.
  mutable std::atomic<forms*> forms_{nullptr};
};

using event_ref = std::shared_ptr<const shared_event>;

} // namespace wamp
