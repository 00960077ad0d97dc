// What a client has asked for and has not got yet: a value or an ERROR that comes later. Made by
// `client`; any thread may hold it, ask it and wait for it. Copies are the same answer.
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/wamp_error.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/serialization/messages.hpp>

#include <tl/expected.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace wamp {

/// Whether the calling thread is inside a client's handler, which must not wait for what only
/// clients can bring. See client_line.
bool inside_client_handler() noexcept;

/// Also what a coroutine returns that waits for such answers, by co_await, and gives one itself:
///
///   pending<arguments> pass_on(client& c, int n) {
///     auto answer = co_await c.call("com.myapp.other", n); // tl::expected<result, error>
///     if (!answer)
///       throw wamp_error{answer.error()};
///     co_return answer->args.values();
///   }
///
/// What it throws is its ERROR: a wamp_error as it is, anything else as wamp.error.runtime_error,
/// with its text in the log alone. It runs at once, up to its first wait.
template <class T>
class pending {
public:
  using answer = tl::expected<T, error>;
  class promise_type;

  bool ready() const { return !state_->is_open(); }

  /// Waits for the answer. Not in a handler: throws std::logic_error there, since the answer could
  /// not come while it waits; use then() or co_await.
  answer await() const {
    auto lock = lock_to_wait();
    state_->comes.wait(lock, [this] { return state_->arrived.has_value(); });
    return *state_->arrived;
  }

  /// The same for at most `patience`; nothing if that was not enough. The answer may still come.
  std::optional<answer> await_for(std::chrono::milliseconds patience) const {
    auto lock = lock_to_wait();
    state_->comes.wait_for(lock, patience, [this] { return state_->arrived.has_value(); });
    return state_->arrived;
  }

  /// await(), with an ERROR thrown as wamp_error.
  T get() const {
    auto a = await();
    if (!a)
      throw wamp_error{std::move(a.error())};
    return std::move(*a);
  }

  /// Calls `f(answer)` once: here if the answer is there, else in the client's actor when it comes.
  /// What it throws is logged, and goes no further. Whoever asks again upon an error must look at
  /// it first: of a client that has stopped, each answer is one at once.
  void then(std::function<void(const answer&)> f) const {
    {
      std::lock_guard lock{state_->mutex};
      if (!state_->arrived) {
        state_->waiting.push_back(std::move(f));
        return;
      }
    }
    tell(f, *state_->arrived);
  }

  // -- co_await: gives the answer; goes on in the client's actor --
  bool await_ready() const { return ready(); }
  void await_suspend(std::coroutine_handle<> who) const {
    then([who](const answer&) { who.resume(); });
  }
  answer await_resume() const { return *state_->arrived; }

  /// Brings an answer: callable once, from any thread. Copies are the same; when the last is gone
  /// without having been called, the answer is network_failure: "the client has stopped".
  class bringer;

  /// An answer that is still to come, and what brings it. `asked`: the request that it is for.
  static std::pair<pending, bringer> make(message_code asked);

private:
  struct shared {
    explicit shared(message_code m) : asked(m) {}

    mutable std::mutex mutex;
    std::condition_variable comes;
    std::optional<answer> arrived; ///< never changed again
    std::vector<std::function<void(const answer&)>> waiting;
    std::atomic<std::uint32_t> bringers{1};
    const message_code asked;

    bool is_open() const {
      std::lock_guard lock{mutex};
      return !arrived;
    }

    void arrive(answer&& a) {
      std::vector<std::function<void(const answer&)>> told;
      {
        std::lock_guard lock{mutex};
        if (arrived)
          return;
        arrived.emplace(std::move(a));
        told.swap(waiting);
      }
      comes.notify_all();
      for (auto& f : told)
        tell(f, *arrived);
    }
  };

  /// One user's mistake must not cost the others their answers, nor the client its actor.
  static void tell(const std::function<void(const answer&)>& f, const answer& a) noexcept {
    try {
      f(a);
    } catch (...) {
      log_exception("a function given to then()", std::current_exception());
    }
  }

  explicit pending(message_code asked) : state_(std::make_shared<shared>(asked)) {}

  std::unique_lock<std::mutex> lock_to_wait() const {
    std::unique_lock lock{state_->mutex};
    if (!state_->arrived && inside_client_handler())
      throw std::logic_error{"a handler must not wait for an answer: use then() or co_await"};
    return lock;
  }

  std::shared_ptr<shared> state_;
};

template <class T>
class pending<T>::bringer {
public:
  bringer(const bringer& other) noexcept : state_(other.state_) {
    if (state_)
      ++state_->bringers;
  }
  bringer(bringer&& other) noexcept = default;
  bringer& operator=(const bringer&) = delete;
  bringer& operator=(bringer&&) = delete;
  ~bringer() {
    if (state_ && --state_->bringers == 0 && state_->is_open())
      state_->arrive(tl::unexpected(
          error_with_text(state_->asked, {}, uris::network_failure, "the client has stopped")));
  }

  void operator()(answer&& a) const { state_->arrive(std::move(a)); }

private:
  friend class pending;
  explicit bringer(std::shared_ptr<shared> s) noexcept : state_(std::move(s)) {}

  std::shared_ptr<shared> state_;
};

template <class T>
class pending<T>::promise_type {
public:
  pending get_return_object() { return made_.first; }
  std::suspend_never initial_suspend() const noexcept { return {}; }
  /// Only here, when what the coroutine had is gone: its handler may go with the answer.
  std::suspend_never final_suspend() noexcept {
    made_.second(std::move(*answer_));
    return {};
  }
  template <class U>
  void return_value(U&& x) {
    answer_.emplace(std::forward<U>(x));
  }
  void unhandled_exception() {
    try {
      throw;
    } catch (const wamp_error& e) {
      answer_.emplace(tl::unexpected(e.content()));
    } catch (...) {
      log_exception("a coroutine", std::current_exception());
      answer_.emplace(tl::unexpected(
          error_with_text(message_code::call, {}, uris::runtime_error, "the procedure failed")));
    }
  }

private:
  std::pair<pending, bringer> made_ = pending::make(message_code::call);
  std::optional<answer> answer_;
};

template <class T>
auto pending<T>::make(message_code asked) -> std::pair<pending, bringer> {
  pending p{asked};
  bringer brings{p.state_};
  return {std::move(p), std::move(brings)};
}

} // namespace wamp
