// One EVENT on its way to all subscribers of one subscription: encoded at most once per format,
// by the first session that needs it, then shared down to the sockets.
// Immutable and thread-safe. Spec: "Publish and Subscribe", EVENT.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/slice.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>

namespace wamp {

class shared_event {
public:
  explicit shared_event(wamp::event e) : event_(std::move(e)) {}

  const wamp::event& event() const noexcept { return event_; }

  /// The whole message in this format.
  const slice& encoded(format f) const;

private:
  wamp::event event_;
  // Written once, under the mutex, before its bit in `made_` is set. (Not std::call_once: glibc's
  // makes a system call for each thing that it has made.)
  mutable std::array<slice, format_count> forms_;
  mutable std::atomic<unsigned> made_{0};
  mutable std::mutex making_;
};

using event_ref = std::shared_ptr<const shared_event>;

} // namespace wamp
