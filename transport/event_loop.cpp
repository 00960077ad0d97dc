#include <wamp/transport/event_loop.hpp>

#include <algorithm>
#include <cerrno>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <system_error>
#include <unistd.h>

namespace wamp {

namespace {

/// Descriptors looked at in one turn; the others are next.
constexpr std::size_t events_per_turn = 256;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

/// Empties the counter of an eventfd or timerfd.
void take(int fd) noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] auto taken = ::read(fd, &count, sizeof count);
}

} // namespace

thread_local event_loop* event_loop::current_ = nullptr;

event_loop::event_loop(std::function<void()> turn_end)
    : turn_end_(std::move(turn_end)), events_(events_per_turn) {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  clock_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  for (auto fd : {&wake_, &clock_}) {
    epoll_event event{EPOLLIN, {.ptr = fd}};
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, *fd, &event) < 0)
      fail("cannot make an event loop");
  }
}

event_loop::~event_loop() {
  for (auto fd : {clock_, wake_, epoll_})
    ::close(fd);
}

void event_loop::run() {
  auto outer = std::exchange(current_, this);
  while (!stopped_.load(std::memory_order_acquire))
    turn();
  stopped_ = false;
  current_ = outer;
}

void event_loop::stop() {
  stopped_.store(true, std::memory_order_release);
  std::uint64_t one = 1;
  // A full counter wakes as well.
  [[maybe_unused]] auto written = ::write(wake_, &one, sizeof one);
}

std::error_code event_loop::watch(watcher& who, int fd, std::uint32_t now, std::uint32_t then) {
  if (now == then)
    return {};
  epoll_event event{then, {.ptr = &who}};
  auto what = now == 0 ? EPOLL_CTL_ADD : then == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  if (::epoll_ctl(epoll_, what, fd, &event) < 0)
    return {errno, std::system_category()};
  return {};
}

void event_loop::forget(watcher& who) noexcept {
  for (auto& e : ready_)
    if (e.data.ptr == &who)
      e.data.ptr = nullptr;
  for (auto list : {&again_, &called_again_})
    std::replace(list->begin(), list->end(), &who, static_cast<watcher*>(nullptr));
}

void event_loop::add_task(std::unique_ptr<task> t) {
  {
    std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(t));
    if (has_tasks_.exchange(true, std::memory_order_release))
      return;
  }
  if (in_this_thread())
    return; // it looks before it sleeps
  std::uint64_t one = 1;
  [[maybe_unused]] auto written = ::write(wake_, &one, sizeof one);
}

event_loop::alarms::iterator event_loop::call_at(time_point when, std::function<void()> f) {
  auto alarm = alarms_.emplace(when, std::move(f));
  if (when < clock_is_set_to_)
    set_clock();
  return alarm;
}

/// To the next alarm. One that was cancelled may leave it set too early, once.
void event_loop::set_clock() {
  clock_is_set_to_ = alarms_.empty() ? time_point::max() : alarms_.begin()->first;
  if (alarms_.empty())
    return;
  auto since_boot = clock_is_set_to_.time_since_epoch();
  auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
  itimerspec at{};
  at.it_value.tv_sec = seconds.count();
  at.it_value.tv_nsec = std::max<long>(1, (since_boot - seconds).count());
  ::timerfd_settime(clock_, TFD_TIMER_ABSTIME, &at, nullptr);
}

void event_loop::turn() {
  bool busy = turn_end_due_ || !again_.empty() || has_tasks_.load(std::memory_order_acquire);
  called_again_.swap(again_);
  auto count =
      ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), busy ? 0 : -1);
  ready_ = std::span{events_}.first(count > 0 ? static_cast<std::size_t>(count) : 0);
  for (auto& e : ready_)
    if (e.data.ptr == &wake_)
      take(wake_);
    else if (e.data.ptr == &clock_)
      sound_alarms();
    else if (auto who = static_cast<watcher*>(e.data.ptr)) // or it was forgotten
      who->on_ready(e.events);
  ready_ = {};
  for (auto who : called_again_)
    if (who)
      who->on_ready(EPOLLIN);
  called_again_.clear();
  if (has_tasks_.load(std::memory_order_acquire))
    run_posted();
  if (std::exchange(turn_end_due_, false))
    turn_end_();
}

bool event_loop::run_posted() {
  auto outer = std::exchange(current_, this);
  {
    std::lock_guard lock(mutex_);
    running_.swap(tasks_);
    has_tasks_.store(false, std::memory_order_release);
  }
  for (auto& t : running_)
    t->run();
  bool any = !running_.empty();
  running_.clear();
  current_ = outer;
  return any;
}

void event_loop::sound_alarms() {
  take(clock_);
  auto now = std::chrono::steady_clock::now();
  while (!alarms_.empty() && alarms_.begin()->first <= now) {
    auto f = std::move(alarms_.begin()->second);
    alarms_.erase(alarms_.begin());
    f();
  }
  set_clock();
}

} // namespace wamp
