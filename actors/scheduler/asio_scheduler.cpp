#include <wamp/actors/scheduler/asio_scheduler.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <caf/all.hpp>
#include <caf/detail/thread_safe_actor_clock.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace wamp {

namespace {

namespace asio = boost::asio;

/// Actors resumed in a row before the sockets get their turn.
constexpr std::size_t jobs_per_turn = 256;
/// Messages an actor may work on in a row before the others get their turn.
constexpr std::size_t messages_per_job = 64;

/// The queue of actors that have something to do. What it posts to the context may be run when the
/// scheduler is gone, by whoever empties the context: it then finds nothing.
class run_queue : public caf::execution_unit, public std::enable_shared_from_this<run_queue> {
public:
  run_queue(caf::actor_system& system, asio::io_context& context)
      : caf::execution_unit(&system), context_(context) {}

  /// Only for actors that run in this queue.
  void exec_later(caf::resumable* job) override { jobs_.push_back(job); }

  /// For everybody else on the context's thread.
  void enqueue(caf::resumable* job) {
    jobs_.push_back(job);
    schedule();
  }

  /// For other threads: the clock, the middleman, detached actors, users' threads.
  void enqueue_from_outside(caf::resumable* job) {
    std::lock_guard lock{inbox_mutex_};
    inbox_.push_back(job);
    if (inbox_.size() == 1)
      post([](run_queue& q) {
        q.take_inbox();
        q.schedule();
      });
  }

  /// Until nobody has anything to do.
  void run_all() {
    for (take_inbox(); !jobs_.empty(); take_inbox())
      run_some();
  }

private:
  template <class F>
  void post(F f) {
    asio::post(context_, [weak = weak_from_this(), f] {
      if (auto self = weak.lock())
        f(*self);
    });
  }

  void schedule() {
    if (scheduled_ || running_ || jobs_.empty())
      return;
    scheduled_ = true;
    post([](run_queue& q) {
      q.scheduled_ = false;
      q.run_some();
      q.schedule();
    });
  }

  void take_inbox() {
    std::lock_guard lock{inbox_mutex_};
    jobs_.insert(jobs_.end(), inbox_.begin(), inbox_.end());
    inbox_.clear();
  }

  void run_some() {
    running_ = true;
    for (std::size_t n = 0; n < jobs_per_turn && !jobs_.empty(); ++n) {
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
    running_ = false;
  }

  asio::io_context& context_;
  std::deque<caf::resumable*> jobs_;
  bool scheduled_ = false;
  bool running_ = false;
  std::mutex inbox_mutex_;
  std::vector<caf::resumable*> inbox_;
};

class asio_scheduler : public caf::scheduler::abstract_coordinator {
public:
  asio_scheduler(caf::actor_system& system, asio::io_context& context)
      : abstract_coordinator(system),
        context_(context),
        queue_(std::make_shared<run_queue>(system, context)) {}

  void start() override {
    clock_thread_ = std::thread{[this] { clock_.run_dispatch_loop(); }};
    thread_ = std::thread{[this] {
      here_ = this;
      context_.run();
      here_ = nullptr;
    }};
    abstract_coordinator::start();
  }

  // Called when no actor of the system runs any more; what is queued by then still gets its turn.
  void stop() override {
    stop_actors();
    clock_.cancel_dispatch_loop();
    clock_thread_.join();
    asio::post(context_, [this] {
      queue_->run_all();
      context_.stop();
    });
    thread_.join();
    // What came from other threads while the last turn ended.
    queue_->run_all();
  }

  void enqueue(caf::resumable* job) override {
    if (here_ == this)
      queue_->enqueue(job);
    else
      queue_->enqueue_from_outside(job);
  }

  caf::detail::thread_safe_actor_clock& clock() noexcept override { return clock_; }

private:
  /// The scheduler whose thread this is.
  static thread_local asio_scheduler* here_;

  asio::io_context& context_;
  std::shared_ptr<run_queue> queue_;
  caf::detail::thread_safe_actor_clock clock_;
  std::thread clock_thread_;
  std::thread thread_;
};

thread_local asio_scheduler* asio_scheduler::here_ = nullptr;

} // namespace

void use_asio_scheduler(caf::actor_system_config& config, asio::io_context& context) {
  config.module_factories.emplace_back(
      [&context](caf::actor_system& system) -> caf::actor_system::module* {
        return new asio_scheduler(system, context);
      });
}

} // namespace wamp
