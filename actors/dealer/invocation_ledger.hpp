// The calls in flight: which caller waits for which invocation. Owned by the dealer; pure, not
// thread-safe. Each call is in here from its INVOCATION to its one final answer.
// Spec: "Calling and Invocations" (basic profile); "IDs": invocations are counted per callee.
#pragma once

#include <wamp/actors/dealer/call_terms.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/ids.hpp>

#include <tl/expected.hpp>
#include <tsl/robin_map.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace wamp {

struct pending_call {
  session_ref caller;
  request_id call;
  session_ref callee; ///< nullptr: it waits for one
  invocation_id invocation;
  bool receives_progress = false;         ///< the callee knows that it may send some
  std::shared_ptr<call_terms> terms = {}; ///< nullptr: a plain call

  call_key key() const noexcept { return {caller->id, call}; }
  bool can_be_interrupted() const noexcept {
    return callee && callee->features.callee_call_canceling;
  }
};

class invocation_ledger {
public:
  explicit invocation_ledger(std::size_t max_pending_of_caller = SIZE_MAX)
      : max_pending_(max_pending_of_caller) {}

  enum class refused {
    id_in_flight, ///< the caller has a call with this id in flight already
    too_many,     ///< the caller has max_pending_of_caller calls in flight
  };

  /// Opens a plain call and gives it the callee's next invocation id.
  tl::expected<invocation_id, refused> open(
      const session_ref& caller, request_id call, const session_ref& callee,
      bool receives_progress = false);
  /// Opens a call that has terms, and no callee yet.
  tl::expected<pending_call, refused>
  open_with(std::shared_ptr<call_terms> terms, const session_ref& caller, request_id call);
  /// From now on this callee has the call, which is open and has terms.
  invocation_id
  hand_to(const pending_call& entry, const session_ref& callee, bool receives_progress);
  /// What is kept of an open call's arguments, which has terms. False, and nothing is changed, when
  /// that is too much for its caller.
  bool set_kept(const pending_call& entry, std::size_t bytes);

  /// Looked up from the caller's side (CANCEL); nothing: not pending, any more or ever.
  std::optional<pending_call> made(session_id caller, request_id call) const;

  /// Looked up from the callee's side (YIELD, ERROR); nothing: as made().
  std::optional<pending_call> served(session_id callee, invocation_id invocation) const;
  /// The same, and closed.
  std::optional<pending_call> close_served(session_id callee, invocation_id invocation);
  /// Closes a call that is open.
  void close(const pending_call& entry);

  /// `visit(const pending_call&)` for each, in no particular order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [id, calls] : sessions_)
      for (const auto& [call, entry] : calls->made)
        visit(describe(*calls, call, entry));
  }

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
  struct session_calls;

  /// We count invocations ourselves, so that the ids of one time are neighbours: as a hash, an id
  /// gives each its own place, next to those that are looked up with it.
  struct invocation_hash {
    std::size_t operator()(invocation_id id) const noexcept { return id.value(); }
  };

  /// The same call, as its callee and as its caller know it: each names the other's key. The
  /// pointers stay good, as a session is removed only with all its calls.
  struct serving_entry {
    session_calls* caller;
    request_id call;
    bool receives_progress;
  };
  struct made_entry {
    session_calls* callee; ///< nullptr: it waits for one
    invocation_id invocation;
    bool has_terms; ///< of its caller's
  };
  struct session_calls {
    session_ref session;
    std::uint64_t last_invocation = 0;
    std::size_t kept_bytes = 0;
    tsl::robin_map<invocation_id, serving_entry, invocation_hash> serving;
    tsl::robin_map<request_id, made_entry, std::hash<request_id>> made;
    std::unordered_map<request_id, std::shared_ptr<call_terms>> terms;
  };

  session_calls* find(session_id id) const;
  session_calls& at(const session_ref& session);
  tl::expected<void, refused>
  add(session_calls& caller, request_id call, const made_entry& entry,
      std::shared_ptr<call_terms> terms);
  static pending_call
  describe(const session_calls& caller, request_id call, const made_entry& entry);
  static void drop_terms(session_calls& caller, const pending_call& entry);

  tsl::robin_map<session_id, std::unique_ptr<session_calls>, std::hash<session_id>> sessions_;
  std::size_t open_calls_ = 0;
  std::size_t max_pending_;
};

} // namespace wamp
