// What a long-poll connection has for its client, message by message, until the client asks. Pure;
// used by long_poll_connection.
#pragma once

#include <wamp/serialization/slice.hpp>
#include <wamp/transport/batch.hpp>
#include <wamp/transport/connection.hpp>
#include <wamp/transport/limits.hpp>

#include <cstddef>
#include <list>

namespace wamp {

class long_poll_queue {
public:
  /// `bound`: in bytes, counted as connection_limits::write_queue is.
  long_poll_queue(std::size_t bound, overflow_policy policy) noexcept
      : bound_(bound), policy_(policy) {}

  /// `queued` or `overflow`.
  send_result push(slice message);

  /// For messages that may be lost. `overflow`: the policy wants the connection to end.
  send_result push_event(slice message);

  /// The oldest message. There must be one.
  slice take();

  /// As many of the oldest as are usual in a batch. There must be one.
  slice take_batch(const batch_format& how);

  void clear();

  bool empty() const noexcept { return entries_.empty(); }
  std::size_t used() const noexcept { return used_; }

  /// Events that were dropped so far.
  std::size_t dropped() const noexcept { return dropped_; }

private:
  struct entry {
    slice message;
    bool droppable;
  };

  bool fits(std::size_t cost) const noexcept;
  bool add(slice message, bool droppable);
  void drop_oldest(std::size_t cost);
  slice remove(std::list<entry>::iterator which);

  std::size_t bound_;
  overflow_policy policy_;
  std::list<entry> entries_;
  std::list<std::list<entry>::iterator> events_; // the droppable ones
  std::size_t used_ = 0;
  std::size_t dropped_ = 0;
};

} // namespace wamp
