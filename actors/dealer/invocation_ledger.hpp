// The calls in flight: which caller waits for which invocation. Owned by the dealer; pure, not
// thread-safe. Each call is in here from its INVOCATION to its one final answer.
// Spec: "Calling and Invocations" (basic profile); "IDs": invocations are counted per callee.
#pragma once

#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/ids.hpp>

#include <tsl/robin_map.h>

#include <memory>
#include <optional>
#include <vector>

namespace wamp {

struct pending_call {
  session_ref caller;
  request_id call;
  session_ref callee;
  invocation_id invocation;
};

class invocation_ledger {
public:
  /// Opens a call and gives it the callee's next invocation id.
  /// nullptr when the caller has a call with this id in flight already.
  const pending_call* open(const session_ref& caller, request_id call, const session_ref& callee);

  /// Looked up from the callee's side (YIELD, ERROR) or the caller's (CANCEL); nullptr: not
  /// pending, any more or ever.
  const pending_call* served(session_id callee, invocation_id invocation) const;
  const pending_call* made(session_id caller, request_id call) const;

  /// Closes the call and hands it over.
  pending_call close(const pending_call& entry);

  /// How many calls of this caller wait for an answer.
  std::size_t pending_of(session_id caller) const;
  std::size_t size() const noexcept { return open_calls_; }

  /// Closes every call that the session made or served, and forgets it.
  struct left_behind {
    std::vector<pending_call> made;
    std::vector<pending_call> served;
  };
  left_behind remove_session(session_id id);

private:
  struct session_calls {
    std::uint64_t last_invocation = 0;
    tsl::robin_map<invocation_id, std::unique_ptr<pending_call>, std::hash<invocation_id>> serving;
    tsl::robin_map<request_id, pending_call*, std::hash<request_id>> made;
  };

  const session_calls* find(session_id id) const;
  session_calls& at(session_id id);

  tsl::robin_map<session_id, std::unique_ptr<session_calls>, std::hash<session_id>> sessions_;
  std::size_t open_calls_ = 0;
};

} // namespace wamp
