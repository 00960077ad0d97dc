// What the event stores do alike when they look through a history. Pure.
// Spec: "Event History" (advanced profile).
#pragma once

#include <wamp/actors/broker/audience.hpp>
#include <wamp/actors/broker/event_store.hpp>

#include <algorithm>

namespace wamp {

/// Whether `caller` could have received it. Nobody is excluded by a session id here: that was
/// another session's.
inline bool was_for(const publication& what, const session_info& caller) {
  return audience{session_id{}, what.options}.admits(caller);
}

/// How much an answer may still take.
class answer_room {
public:
  explicit answer_room(const history_query& query)
      : events_(std::min(query.limit.value_or(largest_answer.events), largest_answer.events)) {}

  /// False when an event of this size has no room any more. The first always has.
  bool takes(std::size_t size) {
    if (events_ == 0 || (is_begun_ && size > bytes_))
      return false;
    --events_;
    bytes_ -= std::min(bytes_, size);
    is_begun_ = true;
    return true;
  }

private:
  std::size_t events_;
  std::size_t bytes_ = largest_answer.bytes;
  bool is_begun_ = false;
};

} // namespace wamp
