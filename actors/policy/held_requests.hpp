// What sessions ask for while an earlier request of theirs is being decided: kept in its order, so
// that nobody else waits. Bounded by the sessions' credit, which is theirs again when it is done.
// Owned by a broker or dealer actor; pure, not thread-safe.
#pragma once

#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/session_info.hpp>

#include <deque>
#include <unordered_map>
#include <utility>
#include <variant>

namespace wamp {

template <class Request>
class held_requests {
public:
  void hold(const session_ref& from, Request m) {
    auto& own = lines_[from->id];
    own.from = from;
    own.requests.push_back(std::move(m));
  }

  /// The session leaves when all that is done.
  void hold_leaving(session_id id) { lines_[id].is_leaving = true; }

  struct released {
    credit done;
    session_ref from;    ///< whose that is; nullptr: there was nothing
    bool leaves = false; ///< the session, now
  };
  /// `handle(from, request&&)` for each of the session's in its order, until `waits()`.
  template <class Handle, class Waits>
  released release(session_id id, Handle handle, Waits waits) {
    const auto found = lines_.find(id);
    if (found == lines_.end())
      return {};
    auto& own = found->second;
    released result{{}, own.from};
    while (!own.requests.empty() && !waits()) {
      auto next = std::move(own.requests.front());
      own.requests.pop_front();
      std::visit(
          [&](auto& m) {
            result.done += credit{1, weight_of(m)};
            handle(own.from, std::move(m));
          },
          next);
    }
    if (!own.requests.empty() || waits())
      return result;
    result.leaves = own.is_leaving;
    lines_.erase(found);
    return result;
  }

private:
  struct line {
    session_ref from;
    std::deque<Request> requests;
    bool is_leaving = false;
  };
  std::unordered_map<session_id, line> lines_;
};

} // namespace wamp
