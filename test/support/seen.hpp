// What handlers in other threads have seen, for the test's thread.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace wamp::test {

/// What handlers have seen; waits for more.
template <class T>
class seen {
public:
  void add(T x) {
    std::lock_guard lock{mutex_};
    all_.push_back(std::move(x));
    more_.notify_all();
  }
  T take() {
    std::unique_lock lock{mutex_};
    REQUIRE(more_.wait_for(lock, std::chrono::seconds{10}, [this] { return !all_.empty(); }));
    auto first = std::move(all_.front());
    all_.pop_front();
    return first;
  }
  bool empty() {
    std::lock_guard lock{mutex_};
    return all_.empty();
  }

private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<T> all_;
};

} // namespace wamp::test
