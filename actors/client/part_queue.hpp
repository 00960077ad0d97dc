// Messages that came one after the other and that nobody has asked for yet, or those who have asked
// and wait: never both. What result_stream and invocation_stream read from. Thread-safe.
#pragma once

#include <wamp/actors/client/pending.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/in_flight.hpp>
#include <wamp/serialization/messages.hpp>

#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace wamp {

template <class Message>
class part_queue {
public:
  /// Nothing: the one before was the last.
  using next_part = pending<std::optional<Message>>;

  /// Nothing happens once it is over. False if more waits here now than may: it should end.
  bool add(const Message& m) {
    std::unique_lock lock{mutex_};
    if (over_)
      return true;
    if (!waiting_.empty()) {
      auto bring = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      bring(std::optional{m});
      return true;
    }
    bytes_ += weight_of(m);
    parts_.push_back(m);
    return bytes_ <= in_flight::bound;
  }

  /// No more will come, behind what waits here: all is there, or this ERROR says why not. The first
  /// time counts.
  void finish(std::optional<error> why = {}) {
    std::unique_lock lock{mutex_};
    if (std::exchange(over_, true))
      return;
    failed_ = std::move(why);
    auto in_vain = std::exchange(waiting_, {});
    lock.unlock();
    for (auto& bring : in_vain)
      bring(after_last());
  }

  next_part next() {
    auto [answer, bring] = next_part::make(message_code::call);
    std::unique_lock lock{mutex_};
    if (!parts_.empty()) {
      auto first = std::move(parts_.front());
      parts_.pop_front();
      bytes_ -= weight_of(first);
      lock.unlock();
      bring(std::optional{std::move(first)});
    } else if (over_) {
      lock.unlock();
      bring(after_last());
    } else {
      waiting_.push_back(std::move(bring));
    }
    return answer;
  }

  /// It has ended so.
  bool has_failed_with(std::string_view uri) const {
    std::lock_guard lock{mutex_};
    return failed_ && failed_->uri == uri;
  }

private:
  /// Once it is over: what all get who come then.
  typename next_part::answer after_last() const {
    if (failed_)
      return tl::unexpected(*failed_);
    return std::optional<Message>{};
  }

  mutable std::mutex mutex_;
  std::deque<Message> parts_;
  std::size_t bytes_ = 0;
  std::deque<typename next_part::bringer> waiting_;
  bool over_ = false;
  std::optional<error> failed_; ///< not changed once it is over
};

} // namespace wamp
