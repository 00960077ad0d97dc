// How a policy or an authenticator decides: at once, or later and from any thread. Whoever asks
// goes on in its own turn in either case. Part of broker_policy, dealer_policy and authenticator.
#pragma once

#include <wamp/serialization/uris.hpp>

#include <tl/expected.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace wamp {

/// Why something is refused: the URI of the ERROR or ABORT, and a sentence for people.
struct denial {
  std::string uri{uris::not_authorized};
  std::string text = {};
};

template <class T>
using decision = tl::expected<T, denial>;

/// A question that has been put, until it is answered. Shared by whoever asks and all deciders.
/// Thread-safe.
template <class T>
class open_question {
public:
  using later = std::function<void(decision<T>)>;

  /// `unanswered`: what it means when all deciders go without a decision.
  explicit open_question(
      denial unanswered = {std::string{uris::authorization_failed}, "the policy has not decided"})
      : unanswered_(std::move(unanswered)) {}
  /// Nobody can answer any more.
  ~open_question() {
    if (!is_answered_ && later_)
      later_(tl::unexpected(std::move(unanswered_)));
  }
  open_question(const open_question&) = delete;
  open_question& operator=(const open_question&) = delete;

  void answer(decision<T> d) {
    later go_on;
    {
      const std::lock_guard lock{guard_};
      if (std::exchange(is_answered_, true))
        return;
      go_on = std::exchange(later_, nullptr);
      if (!go_on) {
        early_ = std::move(d);
        return;
      }
    }
    go_on(std::move(d));
  }

  /// The answer, if it is there. Otherwise `go_on` gets it, from whatever thread it comes.
  std::optional<decision<T>> taken_or(later go_on) {
    const std::lock_guard lock{guard_};
    if (!is_answered_)
      later_ = std::move(go_on);
    return std::exchange(early_, std::nullopt);
  }

  /// Whoever asked does not want to know any more.
  void withdraw() {
    later nobody;
    const std::lock_guard lock{guard_};
    is_answered_ = true;
    nobody = std::exchange(later_, nullptr);
  }

  /// Whether an answer would still count.
  bool is_open() const {
    const std::lock_guard lock{guard_};
    return !is_answered_;
  }

private:
  mutable std::mutex guard_;
  denial unanswered_;
  bool is_answered_ = false;
  std::optional<decision<T>> early_;
  later later_;
};

/// Where the decision is put. Copyable; may be called from any thread, the first call counts. When
/// the last copy goes without one, the request is refused: with wamp.error.authorization_failed, or
/// a login with wamp.error.authentication_failed.
template <class T>
class decider {
public:
  explicit decider(std::shared_ptr<open_question<T>> question) : question_(std::move(question)) {}

  void operator()(decision<T> d) const { question_->answer(std::move(d)); }
  void deny(std::string uri, std::string text = {}) const {
    question_->answer(tl::unexpected(denial{std::move(uri), std::move(text)}));
  }

  /// Whether it is still worth while to find out.
  bool is_awaited() const { return question_->is_open(); }

  /// For whoever asked, who may have an answer of its own. Weak: it keeps nobody waiting.
  std::weak_ptr<open_question<T>> question() const { return question_; }

private:
  std::shared_ptr<open_question<T>> question_;
};

} // namespace wamp
