#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/result_stream.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/in_flight.hpp>

#include <deque>
#include <mutex>
#include <utility>

namespace wamp {

/// Results that nobody has asked for yet, or those who have asked and wait: never both.
class result_stream::unread {
public:
  void add(const result& m) {
    std::unique_lock lock{mutex_};
    if (over_)
      return;
    if (!waiting_.empty()) {
      auto bring = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      return bring(std::optional{m});
    }
    bytes_ += weight_of(m);
    results_.push_back(m);
    if (bytes_ > in_flight::bound)
      end(error_with_text(
          message_code::call, {}, uris::canceled, "too many results of this call were not read"));
  }

  void finish(const tl::expected<result, error>& last) {
    if (last)
      add(*last);
    std::unique_lock lock{mutex_};
    if (!over_)
      end(last ? std::nullopt : std::optional{last.error()});
    auto in_vain = std::exchange(waiting_, {});
    lock.unlock();
    for (auto& bring : in_vain)
      bring(after_last());
  }

  next_result next() {
    auto [answer, bring] = next_result::make(message_code::call);
    std::unique_lock lock{mutex_};
    if (!results_.empty()) {
      auto first = std::move(results_.front());
      results_.pop_front();
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

  bool has_given_up() const {
    std::lock_guard lock{mutex_};
    return over_ && failed_ && failed_->uri == uris::canceled;
  }

private:
  void end(std::optional<error> why) {
    over_ = true;
    failed_ = std::move(why);
  }

  /// Once it is over: what all get who come then.
  next_result::answer after_last() const {
    if (failed_)
      return tl::unexpected(*failed_);
    return std::optional<result>{};
  }

  mutable std::mutex mutex_;
  std::deque<result> results_;
  std::size_t bytes_ = 0;
  std::deque<next_result::bringer> waiting_;
  bool over_ = false;
  std::optional<error> failed_; ///< not changed once it is over
};

result_stream::result_stream(
    const std::function<outgoing_call(std::function<void(const result&)> on_progress)>& start)
    : unread_(std::make_shared<unread>()),
      call_(start([all = unread_](const result& m) { all->add(m); })) {
  call_.then([all = unread_](const auto& last) { all->finish(last); });
}

result_stream::next_result result_stream::next() const {
  if (unread_->has_given_up())
    call_.cancel(); // without effect if that is why
  return unread_->next();
}

void result_stream::cancel(cancel_mode mode) const {
  call_.cancel(mode);
}

} // namespace wamp
