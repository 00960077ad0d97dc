// What the sockets of one io_thread have done so far; read by metrics and tests.
// Every member only grows, except `open`. Any thread may read at any time; the values are
// exact each, but not one consistent moment together.
#pragma once

#include <atomic>
#include <cstdint>

namespace wamp {

/// One relaxed counter: it orders nothing and costs next to nothing.
class counter {
public:
  void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
  void sub(std::uint64_t n = 1) noexcept { value_.fetch_sub(n, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::uint64_t> value_{0};
};

struct transport_counters {
  counter accepted;           ///< sockets accepted
  counter turned_away;        ///< sockets closed at once: too many from one address
  counter connected;          ///< sockets that a connector connected
  counter open;               ///< sockets open now, handshaking and closing ones included
  counter handshake_failures; ///< sockets that never became a connection (not /health)
  counter messages_in;
  counter messages_out; ///< frames handed to the kernel whole
  counter bytes_in;     ///< as read from the socket, framing and handshakes included
  counter bytes_out;
  counter events_dropped; ///< by send_event() under either dropping policy
  counter overflows;      ///< send() refused, or disconnected by policy
};

} // namespace wamp
