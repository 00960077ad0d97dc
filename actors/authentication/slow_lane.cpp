#include <wamp/actors/authentication/slow_lane.hpp>
#include <wamp/actors/log.hpp>

#include <exception>
#include <utility>

namespace wamp {

slow_lane::~slow_lane() {
  {
    const std::lock_guard lock{line_->guard};
    line_->ends = true;
  }
  line_->changed.notify_one();
  // Work may hold the last of a realm, and so of the lane.
  if (thread_.get_id() == std::this_thread::get_id())
    thread_.detach();
  else if (thread_.joinable())
    thread_.join();
}

bool slow_lane::run(std::function<void()> work, std::function<bool()> is_wanted) {
  {
    const std::lock_guard lock{line_->guard};
    auto& waiting = line_->waiting;
    if (waiting.size() >= most_)
      std::erase_if(waiting, [](const job& j) { return !j.is_wanted(); });
    if (waiting.size() >= most_)
      return false;
    waiting.push_back({std::move(work), std::move(is_wanted)});
    if (!thread_.joinable())
      thread_ = std::thread{[l = line_] { serve(*l); }};
  }
  line_->changed.notify_one();
  return true;
}

void slow_lane::serve(line& l) {
  for (;;) {
    job next;
    {
      std::unique_lock lock{l.guard};
      l.changed.wait(lock, [&] { return l.ends || !l.waiting.empty(); });
      if (l.ends)
        return;
      next = std::move(l.waiting.front());
      l.waiting.pop_front();
    }
    try {
      if (next.is_wanted())
        next.work();
    } catch (...) {
      log_exception("slow work", std::current_exception());
    }
  }
}

} // namespace wamp
