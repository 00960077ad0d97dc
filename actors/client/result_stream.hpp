// The results of one call, one after the other: the progressive ones, then the final one. Made by
// `client`; any thread may hold it and ask it. Copies are the same stream.
// Spec: "Progressive Call Results" (advanced profile).
#pragma once

#include <wamp/actors/cancel_mode.hpp>
#include <wamp/actors/client/outgoing_call.hpp>
#include <wamp/actors/client/part_queue.hpp>
#include <wamp/serialization/messages.hpp>

#include <functional>
#include <memory>

namespace wamp {

/// Letting go of it does not cancel the call.
class result_stream {
public:
  /// Nothing: the final result was the one before.
  using next_result = part_queue<result>::next_part;

  /// The next result, each once, or the ERROR that ends the call:
  ///
  ///   while (auto part = parts.next().get())      // in a coroutine: co_await parts.next()
  ///     show(as<std::string>(*part));
  ///
  /// What is not asked for waits here, up to 16 MiB of arguments: the ERROR behind more of them is
  /// wamp.error.canceled, and asking for more than that cancels the call.
  next_result next() const;

  /// The next result is then an ERROR, unless the final one came before.
  void cancel(cancel_mode mode = cancel_mode::killnowait) const;

private:
  friend class client;

  /// `start(on_progress)` makes the call.
  explicit result_stream(
      const std::function<outgoing_call(std::function<void(const result&)> on_progress)>& start);

  std::shared_ptr<part_queue<result>> unread_;
  outgoing_call call_;
};

} // namespace wamp
