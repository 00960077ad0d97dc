#pragma once
// The load generator's one thread: waits for all its sockets, lets the sessions read what came,
// and writes each socket at most once per turn. Owns no session; sessions outlive the loop's turn.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace wamp::bench {

class session;

class event_loop {
public:
  event_loop();
  ~event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;

  /// Waits up to 20 ms for sockets and reads those that are ready.
  void read_turn();

  /// Writes what the sessions have put out since the last time.
  void write_turn();

  /// Nanoseconds of the monotonic clock, as of the last read.
  std::uint64_t now() const { return now_; }

  /// Octets that all sessions received so far: a loop that waits for answers sees progress by it.
  std::uint64_t received() const { return received_; }

  // For the sessions:

  void watch(session& s, int fd, int operation, std::uint32_t events);
  void wants_to_write(session& s) { dirty_.push_back(&s); }
  std::span<char> buffer() { return buffer_; }
  void count_received(std::size_t octets) { received_ += octets; }

private:
  int epoll_;
  std::uint64_t now_ = 0;
  std::uint64_t received_ = 0;
  std::vector<session*> dirty_;
  std::array<char, 1 << 18> buffer_; // one read of one socket; sessions keep partial frames only
};

} // namespace wamp::bench
