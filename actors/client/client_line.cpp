#include <wamp/actors/client/client_line.hpp>

namespace wamp {

namespace {

/// Of the client whose actor the calling thread is in, if in one.
thread_local client_line* current = nullptr;

/// How often what a task has posted is done before others get their turn.
constexpr int max_rounds = 16;

} // namespace

bool inside_client_handler() noexcept {
  return current != nullptr;
}

client_line::inside::inside(client_line* line) : outer_(std::exchange(current, line)) {}

client_line::inside::~inside() {
  current = outer_;
}

void client_line::post_task(std::unique_ptr<task> t) {
  if (current == this) {
    own_.push_back(std::move(t));
    return;
  }
  std::unique_lock lock{mutex_};
  if (closed_) {
    lock.unlock(); // the task may post again when it is destroyed
    return;
  }
  foreign_.push_back(std::move(t));
  if (foreign_.size() > 1 || !wake_)
    return;
  // Not under the lock: the message may be the last to hold the actor.
  auto wake = wake_;
  lock.unlock();
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
  for (auto& t : all)
    run(core, [&] { t->run(core); });
}

void client_line::run_rounds(client_core& core) {
  for (int round = 0; round < max_rounds && !own_.empty(); ++round)
    for (auto& t : std::exchange(own_, {}))
      t->run(core);
}

void client_line::run_own(client_core& core) {
  // What they post comes behind them; but others want their turn, too.
  run_rounds(core);
  if (own_.empty())
    return;
  auto rest = std::exchange(own_, {});
  const inside elsewhere{nullptr};
  for (auto& t : rest)
    post_task(std::move(t));
}

void client_line::drain(client_core& core) {
  run_rounds(core);
  // Who tries again whatever the error is would do so when it is destroyed, too.
  for (auto& t : std::exchange(own_, {}))
    static_cast<void>(t.release());
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
    for (auto& t : std::exchange(own_, {}))
      t->run(core);
    for (auto& t : all)
      t->run(core);
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
  void_ones.clear();
  own_.clear();
}

} // namespace wamp
