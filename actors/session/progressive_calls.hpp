// The calls of one session that it makes in several CALLs with the same id. Pure; one per session.
// Spec: "Progressive Call Invocations" (advanced profile), "Verification of CALL Request IDs". The
// grace is counted in calls, not in time: what is remembered is bounded.
#pragma once

#include <wamp/serialization/ids.hpp>

#include <tsl/robin_map.h>

#include <cstddef>
#include <deque>
#include <memory>

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

  bool empty() const noexcept { return !kept_ || kept_->calls.empty(); }

  /// The first CALL has said that more come.
  void begin(request_id call) {
    if (!kept_)
      kept_ = std::make_unique<kept>();
    kept_->calls.insert_or_assign(call, state::open);
  }

  /// A CALL came; `more`: it says that it is not the last.
  part receive(request_id call, bool more) {
    if (empty())
      return part::none;
    const auto found = kept_->calls.find(call);
    if (found == kept_->calls.end())
      return part::none;
    if (found->second == state::over)
      return part::late;
    if (!more)
      kept_->calls.erase(found);
    return part::next;
  }

  /// The call has its final answer.
  void answered(request_id call) {
    if (empty())
      return;
    auto& [calls, over] = *kept_;
    const auto found = calls.find(call);
    if (found == calls.end() || found->second == state::over)
      return;
    found.value() = state::over;
    over.push_back(call);
    if (over.size() > grace) {
      calls.erase(over.front());
      over.pop_front();
    }
  }

private:
  enum class state : bool { open, over };

  struct kept {
    tsl::robin_map<request_id, state, std::hash<request_id>> calls;
    std::deque<request_id> over;
  };

  /// Of most sessions, nothing.
  std::unique_ptr<kept> kept_;
};

} // namespace wamp
