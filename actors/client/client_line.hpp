// The way into a client's actor, for everybody who has something to be done there: the object
// `client`, answers of other threads, the io thread. What is posted while the actor is at work is
// done in one turn of it: one actor message wakes it for all.
#pragma once

#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/client/task_queue.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace wamp {

class client_line {
public:
  /// Runs `f(client_core&)` in the actor: behind the current message if that is where the caller
  /// is, else in the actor's next turn. If the actor has ended `f` is left alone; if it ends
  /// before, `f` is destroyed there. Any thread. What one thread posts keeps its order.
  template <class F>
  void post(F&& f) {
    if (is_inside())
      return own_.push(std::forward<F>(f));
    std::unique_lock lock{mutex_};
    if (closed_)
      return;
    const bool is_first = foreign_.empty();
    foreign_.push(std::forward<F>(f));
    if (is_first)
      wake_up(std::move(lock));
  }

  /// Why the client has stopped, if it has by itself. Any thread.
  std::optional<error> last_words() const;

  // -- for the client's actor alone --

  /// `wake` sends a message to the actor, upon which it calls work_off(). Called by any thread,
  /// by several at once, and maybe after close().
  void open(std::function<void()> wake);

  /// Runs what other threads have posted.
  void work_off(client_core& core);

  /// Runs `f()`, and then what it has posted.
  template <class F>
  void run(client_core& core, F&& f) {
    const inside here{this};
    std::forward<F>(f)();
    run_own(core);
  }

  /// Runs what was posted from inside, and what that posts; forgets what never ends.
  void drain(client_core& core);

  /// The actor is about to end, and says why: runs what is there yet, and takes nothing more.
  void finish(client_core& core, error why);

  /// The actor has ended, maybe without notice.
  void close();

private:
  using tasks = task_queue<client_core>;

  class inside {
  public:
    explicit inside(client_line* line);
    ~inside();
    inside(const inside&) = delete;
    inside& operator=(const inside&) = delete;

  private:
    client_line* outer_;
  };

  bool is_inside() const noexcept;
  void wake_up(std::unique_lock<std::mutex> lock);
  void run_rounds(client_core& core);
  void run_own(client_core& core);

  mutable std::mutex mutex_;
  tasks foreign_;
  std::shared_ptr<const std::function<void()>> wake_; ///< nullptr before open()
  bool closed_ = false;
  std::optional<error> last_words_;
  tasks own_; ///< touched in the actor alone
};

} // namespace wamp
