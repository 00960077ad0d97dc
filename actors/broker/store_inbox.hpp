// What a database's thread has for one event store: put in by that thread, taken out in the turn
// of the store's broker, which is asked for when there is something. Thread-safe.
#pragma once

#include <wamp/actors/broker/event_store.hpp>

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace wamp {

/// What came of one job.
struct store_outcome {
  std::uint64_t ticket;
  past_events found; ///< nothing: it failed; empty for what finds nothing
};

class store_inbox {
public:
  explicit store_inbox(std::function<void()> ask_for_turn)
      : ask_for_turn_(std::move(ask_for_turn)) {}

  void put(store_outcome outcome) {
    std::unique_lock lock{mutex_};
    if (!ask_for_turn_)
      return; // nobody waits any more
    outcomes_.push_back(std::move(outcome));
    if (outcomes_.size() > 1)
      return;
    const auto ask = ask_for_turn_;
    lock.unlock();
    ask();
  }
  std::vector<store_outcome> take() {
    std::scoped_lock lock{mutex_};
    return std::exchange(outcomes_, {});
  }
  /// Nobody is asked for anything from here on.
  void close() {
    std::scoped_lock lock{mutex_};
    ask_for_turn_ = nullptr;
  }

private:
  std::mutex mutex_;
  std::function<void()> ask_for_turn_;
  std::vector<store_outcome> outcomes_;
};

} // namespace wamp
