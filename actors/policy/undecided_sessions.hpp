// The sessions with a request that a policy has still to decide. What they ask for next has to
// wait (see held_requests). Owned by a broker or dealer; pure, not thread-safe.
#pragma once

#include <wamp/actors/policy/decision.hpp>
#include <wamp/actors/session/session_info.hpp>

#include <tsl/robin_set.h>

#include <functional>
#include <memory>
#include <utility>

namespace wamp {

/// Runs `work`, which concerns a session, in the turn of whoever asked, soon; or never if that has
/// ended. Any thread.
using post_work = std::function<void(session_id concerns, std::function<void()> work)>;

class undecided_sessions {
public:
  explicit undecided_sessions(post_work post) : post_(std::move(post)) {}

  bool contains(session_id id) const { return !ids_.empty() && ids_.contains(id); }

  /// Asks by `put(decider<T>)` and goes on by `then(decision<T>)`, now or later. `then` may
  /// ask for the same session again.
  template <class T, class Put, class Then>
  void ask(session_id who, Put put, Then then) {
    auto question = std::make_shared<open_question<T>>();
    put(decider<T>{question});
    auto decided = question->taken_or([=, this, post = post_](decision<T> d) {
      post(who, [=, this, d = std::move(d)]() mutable {
        ids_.erase(who);
        then(std::move(d));
      });
    });
    if (decided)
      then(std::move(*decided));
    else
      ids_.insert(who);
  }

private:
  post_work post_;
  tsl::robin_set<session_id, std::hash<session_id>> ids_;
};

} // namespace wamp
