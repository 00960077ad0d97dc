// The bounds of a connection and of a listener. Filled in by whoever opens a listener, read by
// the connections; every one of them has a default that suits a router on the open internet.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wamp {

/// What happens to an event (see connection::send_event) that does not fit the write queue.
enum class overflow_policy : std::uint8_t {
  drop_newest_event, ///< the event that does not fit is dropped
  drop_oldest_event, ///< queued events that were not begun are dropped, the oldest first
  disconnect,        ///< the slow peer is cut off (close_reason::overflow)
};

struct connection_limits {
  /// The largest message taken from the peer, in bytes of its serialized form. RawSocket
  /// announces it as a power of two from 512 to 16 MiB, so there it is rounded down to one.
  std::size_t max_message_size = 16U << 20U;

  /// From accept() to a complete transport handshake, and again from there to
  /// connection::start().
  std::chrono::milliseconds handshake_timeout{10'000};

  /// A peer from which nothing came for so long is pinged; zero turns pings off.
  std::chrono::milliseconds ping_interval{10'000};

  /// A pinged peer from which nothing came for so long is given up (close_reason::timeout).
  std::chrono::milliseconds ping_timeout{10'000};

  /// How long a closing connection waits for the peer to take what is queued and to answer.
  std::chrono::milliseconds close_timeout{2'000};

  /// Bound of the write queue in bytes: the frames, and 64 bytes of bookkeeping for each.
  /// A message that is alone in the queue is taken even if it is larger.
  std::size_t write_queue = 16U << 20U;

  overflow_policy on_overflow = overflow_policy::drop_newest_event;

  /// The largest HTTP request header.
  std::size_t max_http_header = 8U << 10U;

  /// After this a client of HTTP requests that makes none is given up. There are no pings to turn
  /// off.
  std::chrono::milliseconds longest_silence() const noexcept {
    constexpr std::chrono::milliseconds usual_interval{10'000};
    auto none = std::chrono::milliseconds::zero();
    return (ping_interval == none ? usual_interval : ping_interval) + ping_timeout;
  }
};

} // namespace wamp
