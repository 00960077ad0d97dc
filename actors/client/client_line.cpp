#include <wamp/actors/client/client_line.hpp>
#include <wamp/actors/client/pending.hpp>

namespace wamp {

namespace {

/// Of the client whose actor the calling thread is in, if in one.
thread_local client_line* current = nullptr;

/// How often what a task has posted is done before others get their turn.
constexpr int max_rounds = 16;

void run_all(task_queue<client_core> all, client_core& core) {
  while (all.run_next(core))
    ;
}

} // namespace

bool inside_client_handler() noexcept {
  return current != nullptr;
}

client_line::inside::inside(client_line* line) : outer_(std::exchange(current, line)) {}

client_line::inside::~inside() {
  current = outer_;
}

bool client_line::is_inside() const noexcept {
  return current == this;
}

// Not under the lock: the message may be the last to hold the actor.
void client_line::wake_up(std::unique_lock<std::mutex> lock) {
  const auto wake = wake_;
  lock.unlock();
  if (wake)
    (*wake)();
}

void client_line::open(std::function<void()> wake) {
  auto shared = std::make_shared<const std::function<void()>>(std::move(wake));
  std::unique_lock lock{mutex_};
  wake_ = shared;
  const bool waiting = !foreign_.empty();
  lock.unlock();
  if (waiting)
    (*shared)();
}

void client_line::work_off(client_core& core) {
  tasks all;
  {
    std::lock_guard lock{mutex_};
    all.swap(foreign_);
  }
  bool is_more = true;
  while (is_more)
    run(core, [&] { is_more = all.run_next(core); });
}

void client_line::run_rounds(client_core& core) {
  for (int round = 0; round < max_rounds && !own_.empty(); ++round)
    run_all(std::exchange(own_, {}), core);
}

void client_line::run_own(client_core& core) {
  // What they post comes behind them; but others want their turn, too.
  run_rounds(core);
  if (own_.empty())
    return;
  auto rest = std::exchange(own_, {});
  const inside elsewhere{nullptr};
  std::unique_lock lock{mutex_};
  if (closed_) {
    lock.unlock(); // they may post again when they are destroyed
    return;
  }
  const bool is_first = foreign_.empty();
  foreign_.append(std::move(rest));
  if (is_first)
    wake_up(std::move(lock));
}

void client_line::drain(client_core& core) {
  run_rounds(core);
  // Who tries again whatever the error is would do so when it is destroyed, too.
  own_.forget();
}

void client_line::finish(client_core& core, error why) {
  for (int round = 0;; ++round) {
    tasks all;
    {
      std::lock_guard lock{mutex_};
      if (round == max_rounds || (foreign_.empty() && own_.empty())) {
        closed_ = true;
        last_words_ = std::move(why);
        return; // what tries again and again is destroyed by close()
      }
      all.swap(foreign_);
    }
    run_all(std::exchange(own_, {}), core);
    run_all(std::move(all), core);
  }
}

std::optional<error> client_line::last_words() const {
  std::lock_guard lock{mutex_};
  return last_words_;
}

void client_line::close() {
  tasks void_ones;
  {
    std::lock_guard lock{mutex_};
    closed_ = true;
    wake_ = nullptr;
    void_ones.swap(foreign_);
  }
  void_ones = {};
  own_ = {};
}

} // namespace wamp
