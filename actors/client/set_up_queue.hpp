// What a new session has still to be asked for: a part at a time, since a session refuses what is
// too much at once. Pure; one in `subscriptions`, one in `registrations`.
#pragma once

#include <cstddef>
#include <list>

namespace wamp {

template <class Key>
class set_up_queue {
public:
  void add(Key k) { waiting_.push_back(k); }

  /// A request was sent, or tried to be; each is followed by answered(), or by clear().
  void asked() noexcept { ++under_way_; }
  void answered() noexcept { --under_way_; }

  /// Calls `ask(key)`, which calls asked(), for those whose turn it is. What is added meanwhile
  /// waits for the next answer: it may be there because nothing can be sent just now.
  template <class Ask>
  void go_on(Ask ask) {
    if (going_on_) // an answer that was there at once: whoever asked goes on
      return;
    going_on_ = true;
    constexpr std::size_t at_once = 256;
    for (auto n = waiting_.size(); n > 0 && under_way_ < at_once && !waiting_.empty(); --n) {
      const auto next = waiting_.front();
      waiting_.pop_front();
      ask(next);
    }
    going_on_ = false;
  }

  /// The session has ended.
  void clear() noexcept {
    waiting_.clear();
    under_way_ = 0;
  }

private:
  std::list<Key> waiting_;
  std::size_t under_way_ = 0; ///< of all requests, those for new ones included
  bool going_on_ = false;
};

} // namespace wamp
