// What is inside a WebSocket message of the batched subprotocols: several WAMP messages, each with
// what tells it apart from the next. Pure; used by `framing`.
// Spec: "Batched WebSocket Transport" (advanced profile).
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/slice.hpp>
#include <wamp/transport/received.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace wamp {

/// JSON messages end with the octet 0x1E, the others begin with their length.
class batch_format {
public:
  /// The most octets that are put in one batch, unless one message alone has more. Small enough
  /// that a ping does not wait for long, and large enough that more would save nothing.
  static constexpr std::size_t usual_size = std::size_t{64} << 10U;

  /// The most messages that are taken from one batch: each costs memory of its own.
  static constexpr std::size_t most_messages = 65'536;

  static constexpr std::size_t max_head = 4;

  explicit batch_format(format f) noexcept : text_(f == format::json) {}

  /// The largest batch that is taken: a message of `max_message_size`, or what a peer that works as
  /// we do may put together of smaller ones.
  static constexpr std::size_t limit(std::size_t max_message_size) noexcept {
    return std::max(max_message_size, usual_size) + max_head;
  }

  /// Writes what stands before a message of the batch; returns its size.
  std::size_t write_head(char* to, std::size_t message_size) const noexcept;

  /// What stands behind it.
  std::string_view tail() const noexcept { return text_ ? "\x1E" : ""; }

  /// Appends the messages of `batch`, which share its memory. What is wrong becomes a failure
  /// behind the messages before it.
  void split(const slice& batch, std::size_t max_message_size, received& out) const;

private:
  struct part;

  part first_of(std::string_view rest) const noexcept;

  bool text_;
};

} // namespace wamp
