// What a broker or dealer has asked to be done in its turn later: done when the test says so.
#pragma once

#include <wamp/actors/policy/undecided_sessions.hpp>

#include <deque>
#include <functional>
#include <utility>

namespace wamp::test {

class posted_work {
public:
  /// This object outlives what is given to.
  post_work post() {
    return [this](session_id, std::function<void()> work) { waiting_.push_back(std::move(work)); };
  }

  void work_off() {
    while (!waiting_.empty()) {
      auto work = std::move(waiting_.front());
      waiting_.pop_front();
      work();
    }
  }
  bool empty() const { return waiting_.empty(); }

private:
  std::deque<std::function<void()>> waiting_;
};

} // namespace wamp::test
