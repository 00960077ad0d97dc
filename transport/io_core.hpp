// The inner half of io_thread: what the connections of one thread share. Owned by its io_thread
// and by every connection (which may outlive the io_thread, and then finds it ended).
#pragma once

#include <wamp/transport/connection.hpp>
#include <wamp/transport/counters.hpp>
#include <wamp/transport/event_loop.hpp>
#include <wamp/transport/received.hpp>
#include <wamp/transport/write_queue.hpp>

#include <boost/asio/io_context.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace wamp {

class io_core;
class socket_connection;
class turn_task;

/// Something beside connections that must not outlive the loop: a listener's acceptor, or its
/// long_poll_hub.
class io_tenant {
public:
  virtual ~io_tenant() = default;

  /// Part of a sweep: whether it wants another, connections or not. On the io thread.
  virtual bool check_time(io_core&, std::chrono::steady_clock::time_point) { return false; }

  /// See io_thread::close_connections(). On the io thread.
  virtual void close_connections(io_core&, close_reason) {}

  /// Releases what is bound to the loop. On the io thread, or when no thread runs it.
  virtual void leave() = 0;
};

/// On the io thread alone unless said otherwise.
class io_core : public std::enable_shared_from_this<io_core> {
public:
  using duration = std::chrono::steady_clock::duration;

  io_core();

  event_loop loop{[this] { end_turn(); }};
  boost::asio::io_context beasts_wish{1}; // for its handshakes: nothing runs on it
  transport_counters counters;

  /// Scratch: contents are of no one's between two turns.
  std::array<char, 256U << 10U> read_buffer;
  gather_area gathering;
  received input;

  /// Any thread.
  bool in_this_thread() const noexcept { return loop.in_this_thread(); }

  /// Runs `f` on the io thread, later; false, and nothing, once ended. Any thread.
  template <class F>
  bool post(F&& f) {
    std::lock_guard lock(mutex_);
    if (!ended_)
      loop.post(std::forward<F>(f));
    return !ended_;
  }

  /// Whether nothing more will happen here. Any thread.
  bool has_ended();

  /// Hands a message over from another thread; false once ended. Any thread.
  bool send_from_outside(std::shared_ptr<socket_connection> to, slice message, bool droppable);

  void add(std::shared_ptr<socket_connection> c);
  void remove(socket_connection& c);

  /// Has the connection flushed at the end of this turn.
  void mark_dirty(socket_connection& c);

  /// See io_thread::run_soon().
  void run_soon(std::shared_ptr<turn_task> task);

  /// The sweep looks at all connections at least four times in so long.
  void watch_timeout(duration timeout);

  void add_tenant(std::weak_ptr<io_tenant> tenant);

  /// See io_thread::close_connections().
  void close_connections(close_reason reason, std::function<void()> drained);

  /// Ends everything; what is still to be told to handlers is told here. When no thread runs
  /// the context any more.
  void end();

private:
  struct parcel {
    std::shared_ptr<socket_connection> to;
    slice message;
    bool droppable;
  };

  void take_inbox();
  void end_turn();
  void arm_sweep();
  void sweep();
  void tell_drained();
  template <class F>
  void for_tenants(F f);

  event_loop::alarms::iterator sweep_alarm_;
  duration sweep_period_ = std::chrono::seconds(1);
  bool sweeping_ = false;

  std::vector<std::shared_ptr<socket_connection>> connections_;
  std::vector<std::shared_ptr<socket_connection>> dirty_;
  std::vector<std::shared_ptr<socket_connection>> flushing_; // keeps its memory
  std::vector<std::shared_ptr<turn_task>> tasks_;
  std::vector<std::shared_ptr<turn_task>> running_tasks_; // keeps its memory
  std::vector<std::weak_ptr<io_tenant>> tenants_;
  std::vector<std::function<void()>> drained_;

  std::mutex mutex_; // guards the following
  std::vector<parcel> inbox_;
  bool ended_ = false;

  std::vector<parcel> taken_; // keeps its memory
};

} // namespace wamp
