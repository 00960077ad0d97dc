// The calls of one session that it makes in several CALLs with the same id. Pure; one per session.
// Spec: "Progressive Call Invocations" (advanced profile), "Verification of CALL Request IDs". The
// grace is counted in calls, not in time: what is remembered is bounded.
#pragma once

#include <wamp/serialization/ids.hpp>

#include <tsl/robin_map.h>

#include <cstddef>
#include <deque>

namespace wamp {

class progressive_calls {
public:
  /// What a CALL is to those that came before it.
  enum class part {
    none, ///< a call of its own
    next, ///< of a call that was begun and is open
    late, ///< of one that was answered before its last part came: the race is legal
  };

  /// How many calls are remembered that were answered before their last part came.
  static constexpr std::size_t grace = 1024;

  bool empty() const noexcept { return calls_.empty(); }

  /// The first CALL has said that more come.
  void begin(request_id call) { calls_.insert_or_assign(call, state::open); }

  /// A CALL came; `more`: it says that it is not the last.
  part receive(request_id call, bool more) {
    const auto found = calls_.find(call);
    if (found == calls_.end())
      return part::none;
    if (found->second == state::over)
      return part::late;
    if (!more)
      calls_.erase(found);
    return part::next;
  }

  /// The call has its final answer.
  void answered(request_id call) {
    const auto found = calls_.find(call);
    if (found == calls_.end() || found->second == state::over)
      return;
    found.value() = state::over;
    over_.push_back(call);
    if (over_.size() > grace) {
      calls_.erase(over_.front());
      over_.pop_front();
    }
  }

private:
  enum class state : bool { open, over };

  tsl::robin_map<request_id, state, std::hash<request_id>> calls_;
  std::deque<request_id> over_;
};

} // namespace wamp
