// The answer to one INVOCATION, to be given by the handler at once or by anybody later. Any thread
// may hold and use it. Made by client_core.
// Spec: "Remote Procedure Calls" (basic profile), "Progressive Call Results", "Call Canceling",
// "Call Timeouts".
#pragma once

#include <wamp/actors/client/part_queue.hpp>
#include <wamp/actors/client/wamp_error.hpp>
#include <wamp/serialization/messages.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace wamp {

/// A YIELD, or an ERROR for an INVOCATION.
using invocation_answer = std::variant<yield, error>;

/// How answers get to the client, from any thread.
class answer_line {
public:
  virtual ~answer_line() = default;
  /// `session_count`: of the session that asked; ids begin anew in each.
  virtual void send(std::uint64_t session_count, invocation_answer a) = 0;
};

/// Copies are the same answer: the first that is final counts, later ones do nothing. If the last
/// copy goes without a final one, the caller gets an ERROR.
class responder {
public:
  responder(std::shared_ptr<answer_line> line, std::uint64_t session_count, const invocation& m);

  struct state;
  explicit responder(std::shared_ptr<state> of) noexcept : state_(std::move(of)) {}

  /// `options`: of the YIELD, such as `ppt_scheme`.
  void result(payload args = {}, dict options = {}) const;
  /// One of several results; the last is by result(). Does nothing if the caller wants none.
  void progress(payload args, dict options = {}) const;
  void fail(error e) const;
  void fail(std::string uri, list args = {}, dict kwargs = {}) const;

  /// How long the caller waits for the answer, or for the next progressive result, if the procedure
  /// is registered with `forward_timeout`; else, and if it waits for ever, 0. When it is over, the
  /// caller has its ERROR, and this is interrupted().
  std::chrono::milliseconds timeout() const noexcept { return state_->timeout; }
  bool wants_progress() const noexcept { return state_->wants_progress; }
  /// Whether the caller waits no more; then the work may end early, by any answer.
  bool interrupted() const noexcept { return state_->interrupted; }

  const std::shared_ptr<state>& shared() const noexcept { return state_; }

  struct state {
    std::shared_ptr<answer_line> line;
    std::uint64_t session_count;
    invocation_id id;
    bool wants_progress;
    std::chrono::milliseconds timeout{0};
    /// What answers, for as long as anybody may: a coroutine uses it when its procedure is gone.
    std::shared_ptr<const void> handler;
    /// Iff the handler takes arguments in parts; touched in the client's actor alone.
    std::shared_ptr<part_queue<invocation>> parts;
    std::atomic<bool> interrupted{false};
    std::atomic<bool> answered{false};

    ~state();
    void send_final(invocation_answer a);
  };

private:
  std::shared_ptr<state> state_;
};

} // namespace wamp
