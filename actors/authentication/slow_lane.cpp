#include <wamp/actors/authentication/slow_lane.hpp>
#include <wamp/actors/log.hpp>

#include <exception>
#include <utility>

namespace wamp {

slow_lane::~slow_lane() {
  {
    const std::lock_guard lock{guard_};
    ends_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable())
    thread_.join();
}

bool slow_lane::run(std::function<void()> work) {
  {
    const std::lock_guard lock{guard_};
    if (waiting_.size() >= most_)
      return false;
    waiting_.push_back(std::move(work));
    if (!thread_.joinable())
      thread_ = std::thread{[this] { serve(); }};
  }
  changed_.notify_one();
  return true;
}

void slow_lane::serve() {
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock{guard_};
      changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
      if (ends_)
        return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    try {
      work();
    } catch (...) {
      log_exception("slow work", std::current_exception());
    }
  }
}

} // namespace wamp
