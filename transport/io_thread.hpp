// The sockets of one thread: an event loop for exactly one running thread, and what its
// connections share there: the read buffer, the list of those with unsent output (flushed once
// per turn), the sweep that checks all their timeouts, and the inbox of other threads' sends.
// Made by the gateway, one per thread; listeners put their connections on it.
#pragma once

#include <wamp/transport/connection.hpp>
#include <wamp/transport/counters.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace wamp {

class io_core;

/// What somebody wants done on an io thread once per turn.
class turn_task {
public:
  virtual ~turn_task() = default;
  /// Must not throw.
  virtual void run() = 0;
};

/// All functions may be called from any thread unless they say otherwise.
class io_thread {
public:
  io_thread();

  /// Stops and joins the own thread; if somebody else drives the loop, that must have ended.
  /// Listeners are stopped and connections cut off: their on_closed() is called here.
  ~io_thread();

  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  /// Starts a thread of its own that runs the loop. Once, and not with somebody else's.
  void run();

  /// Runs the loop on the calling thread until stop(). Never more than one thread at a time.
  void run_here();

  /// Ends the loop, whoever runs it, and joins the own thread if there is one. Not on the io
  /// thread itself.
  void stop();

  /// Whether the caller is inside the loop.
  bool in_this_thread() const noexcept;

  /// Calls `f` on the io thread, later; false, and never, once that has ended.
  bool post(std::function<void()> f);

  /// Runs `task` at the end of this turn: when all sockets that were ready have been read, and
  /// before what was sent is written. What asks again from inside waits for the next turn. On the
  /// io thread only.
  void run_soon(std::shared_ptr<turn_task> task);

  /// Calls `f` once, at `when` or a little later, unless the thread ends first. On the io thread
  /// only.
  void call_at(std::chrono::steady_clock::time_point when, std::function<void()> f);

  /// Closes every connection and cuts off unfinished handshakes; `drained` is called on the io
  /// thread when the last socket is gone, at the latest about connection_limits::close_timeout
  /// later. Stop the listeners first, or new ones may come.
  void close_connections(close_reason reason, std::function<void()> drained);

  /// The same, and waits for it; false if `patience` ran out. Not on the io thread.
  bool close_connections(close_reason reason, std::chrono::milliseconds patience);

  const transport_counters& counters() const noexcept;

  /// The inner half, for the rest of this room.
  const std::shared_ptr<io_core>& core() const noexcept { return core_; }

private:
  struct own_thread;

  std::shared_ptr<io_core> core_;
  std::unique_ptr<own_thread> thread_;
};

} // namespace wamp
