// What a client has asked for and has not got yet: a value or an ERROR that comes later. Made by
// `client`; any thread may hold it, ask it and wait for it. Copies are the same answer.
#pragma once

#include <wamp/actors/client/wamp_error.hpp>
#include <wamp/serialization/messages.hpp>

#include <tl/expected.hpp>

#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace wamp {

/// Whether the calling thread is inside a client's handler, which must not wait for what only
/// clients can bring.
bool inside_client_handler() noexcept;

template <class T>
class pending {
public:
  using answer = tl::expected<T, error>;

  bool ready() const {
    std::lock_guard lock{state_->mutex};
    return state_->arrived.has_value();
  }

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
  /// `f` must not throw there.
  void then(std::function<void(const answer&)> f) const {
    {
      std::lock_guard lock{state_->mutex};
      if (!state_->arrived) {
        state_->waiting.push_back(std::move(f));
        return;
      }
    }
    f(*state_->arrived);
  }

  // -- co_await: gives the answer; goes on in the client's actor --
  bool await_ready() const { return ready(); }
  void await_suspend(std::coroutine_handle<> who) const {
    then([who](const answer&) { who.resume(); });
  }
  answer await_resume() const { return *state_->arrived; }

  /// An answer that is still to come, and what brings it: callable once, from any thread.
  static std::pair<pending, std::function<void(answer)>> make() {
    pending p;
    return {p, [state = p.state_](answer a) { state->arrive(std::move(a)); }};
  }

private:
  struct shared {
    mutable std::mutex mutex;
    std::condition_variable comes;
    std::optional<answer> arrived; ///< never changed again
    std::vector<std::function<void(const answer&)>> waiting;

    void arrive(answer a) {
      std::vector<std::function<void(const answer&)>> told;
      {
        std::lock_guard lock{mutex};
        arrived.emplace(std::move(a));
        told.swap(waiting);
      }
      comes.notify_all();
      for (auto& f : told)
        f(*arrived);
    }
  };

  pending() : state_(std::make_shared<shared>()) {}

  std::unique_lock<std::mutex> lock_to_wait() const {
    std::unique_lock lock{state_->mutex};
    if (!state_->arrived && inside_client_handler())
      throw std::logic_error{"a handler must not wait for an answer: use then() or co_await"};
    return lock;
  }

  std::shared_ptr<shared> state_;
};

} // namespace wamp
