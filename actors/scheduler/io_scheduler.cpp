#include <wamp/actors/scheduler/io_scheduler.hpp>
#include <wamp/actors/scheduler/loop_clock.hpp>
#include <wamp/transport/io_thread.hpp>

#include <caf/all.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace wamp {

namespace {

/// How long actors may run before the sockets get their turn. Long enough for what many sockets
/// brought to leave in few writes, short enough not to be noticed.
constexpr auto turn_length = std::chrono::milliseconds{2};
/// Messages an actor may work on in a row before the others get their turn. One, which may be a
/// batch: with more, CAF looks into the mailbox once more when it is empty.
constexpr std::size_t messages_per_job = 1;
/// How many of them run between two looks at the clock.
constexpr std::size_t jobs_per_look = 4;

class run_queue;

/// The queue of the calling thread, if it has one.
thread_local run_queue* here = nullptr;

/// The actors of one thread that have something to do. What it posts to the thread may be run
/// when the scheduler is gone, by whoever empties its loop: it then finds nothing.
class run_queue final : public caf::execution_unit,
                        public turn_task,
                        public std::enable_shared_from_this<run_queue> {
public:
  run_queue(caf::actor_system& system, io_thread& thread)
      : caf::execution_unit(&system), thread_(thread) {}

  io_thread& thread() noexcept { return thread_; }

  /// CAF calls it on the unit of who wakes or spawns `job`, from whatever thread.
  void exec_later(caf::resumable* job) override {
    auto home = home_of(job);
    (home ? home : this)->enqueue(job);
  }

  /// Any thread.
  void enqueue(caf::resumable* job) {
    if (here == this) {
      jobs_.push_back(job);
      schedule();
    } else {
      enqueue_from_outside(job);
    }
  }

  /// One turn of the thread.
  void run() override {
    scheduled_ = false;
    running_ = true;
    // CAF notes who runs, for its log, in a map behind a lock; also where it was built without.
    if (CAF_LOG_LEVEL == CAF_LOG_LEVEL_QUIET)
      caf::logger::set_current_actor_system(nullptr);
    // Most turns are over before anybody needs to look at the clock.
    std::size_t jobs = 0;
    std::chrono::steady_clock::time_point end;
    while (!jobs_.empty()) {
      run_next();
      if (++jobs == jobs_per_look)
        end = std::chrono::steady_clock::now() + turn_length;
      else if (jobs % jobs_per_look == 0 && std::chrono::steady_clock::now() >= end)
        break;
    }
    running_ = false;
    schedule();
  }

  /// False if nobody has anything to do. Once the thread has ended.
  bool run_left_over() {
    here = this;
    take_inbox();
    bool any = !jobs_.empty();
    running_ = true;
    while (!jobs_.empty())
      run_next();
    running_ = false;
    here = nullptr;
    return any;
  }

  /// Where `job` has run before, or shall; nullptr if nowhere. (What an actor ran on last is its
  /// context(); it changes while the actor runs, and who wakes it knows that it does not.)
  static run_queue* home_of(caf::resumable* job) {
    if (job->subtype() != caf::resumable::scheduled_actor)
      return nullptr;
    auto unit = static_cast<caf::scheduled_actor*>(job)->context();
    return unit == here ? here : dynamic_cast<run_queue*>(unit);
  }

private:
  /// For other threads: the clock, the middleman, detached actors, users' threads, and the actors
  /// of the other io threads.
  void enqueue_from_outside(caf::resumable* job) {
    std::lock_guard lock{inbox_mutex_};
    inbox_.push_back(job);
    if (inbox_.size() == 1)
      thread_.post([weak = weak_from_this()] {
        if (auto self = weak.lock()) {
          self->take_inbox();
          self->schedule();
        }
      });
  }

  void schedule() {
    if (scheduled_ || running_ || jobs_.empty())
      return;
    scheduled_ = true;
    thread_.run_soon(shared_from_this());
  }

  void take_inbox() {
    std::lock_guard lock{inbox_mutex_};
    jobs_.insert(jobs_.end(), inbox_.begin(), inbox_.end());
    inbox_.clear();
  }

  void run_next() {
    auto job = jobs_.front();
    jobs_.pop_front();
    switch (job->resume(this, messages_per_job)) {
    case caf::resumable::resume_later:
      jobs_.push_back(job);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
      caf::intrusive_ptr_release(job);
      break;
    case caf::resumable::shutdown_execution_unit:
      break;
    }
  }

  io_thread& thread_;
  std::deque<caf::resumable*> jobs_;
  bool scheduled_ = false;
  bool running_ = false;
  std::mutex inbox_mutex_;
  std::vector<caf::resumable*> inbox_;
};

class io_scheduler final : public caf::scheduler::abstract_coordinator {
public:
  io_scheduler(caf::actor_system& system, const std::vector<io_thread*>& threads)
      : abstract_coordinator(system), clock_(std::make_shared<loop_clock>(*threads.front())) {
    for (auto thread : threads)
      queues_.push_back(std::make_shared<run_queue>(system, *thread));
  }

  void start() override {
    for (auto& queue : queues_)
      threads_.emplace_back([queue = queue.get()] {
        here = queue;
        queue->thread().run_here();
        here = nullptr;
      });
    abstract_coordinator::start();
  }

  // Called when no actor of the system runs any more; what is queued by then still gets its turn.
  void stop() override {
    stop_actors();
    for (auto& queue : queues_)
      queue->thread().stop();
    for (auto& thread : threads_)
      thread.join();
    // One queue's last jobs may give another's something to do.
    for (bool any = true; std::exchange(any, false);)
      for (auto& queue : queues_)
        any = queue->run_left_over() || any;
  }

  void enqueue(caf::resumable* job) override {
    auto home = run_queue::home_of(job);
    (home ? home : &next_queue())->enqueue(job);
  }

  caf::actor_clock& clock() noexcept override { return *clock_; }

private:
  /// Those that have no home yet go round.
  run_queue& next_queue() {
    return *queues_[next_queue_.fetch_add(1, std::memory_order_relaxed) % queues_.size()];
  }

  std::vector<std::shared_ptr<run_queue>> queues_;
  std::atomic<std::size_t> next_queue_{0};
  std::vector<std::thread> threads_;
  std::shared_ptr<loop_clock> clock_;
};

} // namespace

void use_io_scheduler(caf::actor_system_config& config, std::vector<io_thread*> threads) {
  config.module_factories.emplace_back(
      [threads = std::move(threads)](caf::actor_system& system) -> caf::actor_system::module* {
        return new io_scheduler(system, threads);
      });
}

caf::execution_unit* this_threads_home() noexcept {
  return here;
}

} // namespace wamp
