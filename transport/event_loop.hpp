// The loop of one thread: which descriptors are ready, what other threads have posted, and what
// time it is. A turn looks at all that is ready and then at its end, once: where a connection
// flushes and actors run. Owned by io_core.
//
// Why not an Asio io_context: it re-arms each wait with a system call and asks the kernel again
// before each posted handler, which is two more of them for every read of a lone message than are
// needed; and it has no notion of a turn's end.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <sys/epoll.h>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace wamp {

/// Somebody who waits for a descriptor.
class watcher {
public:
  /// `events`: as epoll_wait() gives them. Must not throw.
  virtual void on_ready(std::uint32_t events) = 0;

protected:
  ~watcher() = default;
};

/// On the loop's thread alone unless said otherwise; before run() and after it, that is whoever
/// calls.
class event_loop {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using alarms = std::multimap<time_point, std::function<void()>>;

  /// `turn_end` is called at the end of each turn in which end_turn_soon() was.
  explicit event_loop(std::function<void()> turn_end);
  ~event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;

  /// Returns after stop(), not for lack of work.
  void run();

  /// Any thread. A run() to come returns at once, too.
  void stop();

  /// Runs what was posted; false if nothing was. For the end, when nobody runs the loop any more.
  bool run_posted();

  /// Any thread.
  bool in_this_thread() const noexcept { return current_ == this; }

  /// Runs `f` on the loop's thread, not inside this call. Any thread.
  template <class F>
  void post(F&& f) {
    add_task(std::make_unique<task_of<std::decay_t<F>>>(std::forward<F>(f)));
  }

  void end_turn_soon() noexcept { turn_end_due_ = true; }

  /// Changes what `who` waits for on `fd` from `now` to `then`, as epoll_ctl() takes them; 0 is
  /// not to be watched at all.
  std::error_code watch(watcher& who, int fd, std::uint32_t now, std::uint32_t then);

  /// `who` is called no more; for who closes a descriptor that is watched.
  void forget(watcher& who) noexcept;

  /// Has `who.on_ready(EPOLLIN)` called in the next turn, too: for who watches edges and has not
  /// read all.
  void call_again(watcher& who) { again_.push_back(&who); }

  /// Calls `f` once, when it is `when` or a little later.
  alarms::iterator call_at(time_point when, std::function<void()> f);
  /// Only one that was not called yet.
  void cancel(alarms::iterator alarm) { alarms_.erase(alarm); }

private:
  struct task {
    virtual ~task() = default;
    virtual void run() = 0;
  };
  template <class F>
  struct task_of final : task {
    explicit task_of(F&& f) : f_(std::move(f)) {}
    explicit task_of(const F& f) : f_(f) {}
    void run() override { f_(); }
    F f_;
  };

  void add_task(std::unique_ptr<task> t);
  void turn();
  void sound_alarms();
  void set_clock();

  static thread_local event_loop* current_;

  int epoll_ = -1;
  int wake_ = -1;  // an eventfd that other threads write to
  int clock_ = -1; // a timerfd: a time limit of epoll's own would be set anew with every wait
  time_point clock_is_set_to_ = time_point::max();
  std::function<void()> turn_end_;
  bool turn_end_due_ = false;
  alarms alarms_;
  std::vector<epoll_event> events_;
  std::span<epoll_event> ready_; // those of this turn
  std::vector<watcher*> again_;
  std::vector<watcher*> called_again_; // keeps its memory

  std::atomic<bool> stopped_{false};
  std::atomic<bool> has_tasks_{false};
  std::mutex mutex_; // guards the following
  std::vector<std::unique_ptr<task>> tasks_;

  std::vector<std::unique_ptr<task>> running_; // keeps its memory
};

} // namespace wamp
