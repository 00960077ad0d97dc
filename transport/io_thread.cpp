#include <wamp/transport/io_core.hpp>
#include <wamp/transport/io_thread.hpp>

#include <future>
#include <thread>
#include <utility>

namespace wamp {

struct io_thread::own_thread {
  std::thread thread;
};

io_thread::io_thread() : core_(std::make_shared<io_core>()) {}

io_thread::~io_thread() {
  stop();
  core_->end();
}

void io_thread::run() {
  thread_ = std::make_unique<own_thread>();
  thread_->thread = std::thread([core = core_] { core->loop.run(); });
}

void io_thread::run_here() {
  core_->loop.run();
}

void io_thread::stop() {
  core_->loop.stop();
  if (thread_ && thread_->thread.joinable())
    thread_->thread.join();
}

bool io_thread::in_this_thread() const noexcept {
  return core_->in_this_thread();
}

bool io_thread::post(std::function<void()> f) {
  return core_->post(std::move(f));
}

void io_thread::call_at(std::chrono::steady_clock::time_point when, std::function<void()> f) {
  core_->loop.call_at(when, std::move(f));
}

void io_thread::run_soon(std::shared_ptr<turn_task> task) {
  core_->run_soon(std::move(task));
}

void io_thread::close_connections(close_reason reason, std::function<void()> drained) {
  core_->post([core = core_.get(), reason, done = std::move(drained)]() mutable {
    core->close_connections(reason, std::move(done));
  });
}

bool io_thread::close_connections(close_reason reason, std::chrono::milliseconds patience) {
  auto done = std::make_shared<std::promise<void>>();
  auto closed = done->get_future();
  close_connections(reason, [done] { done->set_value(); });
  return closed.wait_for(patience) == std::future_status::ready;
}

const transport_counters& io_thread::counters() const noexcept {
  return core_->counters;
}

} // namespace wamp
