// The arguments of one invocation that come in parts, one after the other: what a procedure's
// handler may take (see handlers.hpp). Any thread may hold it and ask it. Copies are the same
// stream. Spec: "Progressive Call Invocations" (advanced profile).
#pragma once

#include <wamp/actors/client/part_queue.hpp>
#include <wamp/actors/client/responder.hpp>
#include <wamp/serialization/messages.hpp>

#include <memory>

namespace wamp {

class invocation_stream {
public:
  /// Nothing: the one before was the last.
  using next_invocation = part_queue<invocation>::next_part;

  /// The next part, each once. An ERROR wamp.error.canceled when the caller waits no more, or the
  /// session is over:
  ///
  ///   pending<int> sum(invocation_stream parts) { // by value
  ///     int sum = 0;
  ///     while (auto n = as<int>(co_await parts.next()))
  ///       sum += *n;
  ///     co_return sum;
  ///   }
  ///
  /// What has no arguments is not given: it only says whether more will come. What is not asked for
  /// waits here, up to 16 MiB: more of it fails the call with wamp.error.unavailable.
  next_invocation next() const { return unread_->next(); }

  // -- for the client alone --

  explicit invocation_stream(const invocation& first, const responder& to);
  /// A part has come; void if the handler takes none.
  static void add(const invocation& part, const responder& to);

private:
  std::shared_ptr<part_queue<invocation>> unread_;
};

/// For handlers that take all arguments at once. True if they come in parts: then this has
/// answered.
bool refuse_parts(const invocation& m, const responder& to);

} // namespace wamp
