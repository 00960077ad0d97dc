// A connection that lives on no socket: its client fetches messages, and brings them, by requests
// on as many HTTP sockets as it likes, one after the other or at a time. Made by a long_poll_hub;
// the sockets' requests come in through long_poll_socket.
// Spec: "HTTP Longpoll Transport" (advanced profile).
#pragma once

#include <wamp/transport/connection.hpp>
#include <wamp/transport/io_core.hpp>
#include <wamp/transport/limits.hpp>
#include <wamp/transport/long_poll_queue.hpp>
#include <wamp/transport/subprotocol.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// The socket of a request that waits for its answer. Called from any thread, so it shall only
/// post; `request` tells its requests apart.
class long_poll_waiter {
public:
  virtual ~long_poll_waiter() = default;
  /// It is time to poll() again.
  virtual void wake(std::uint64_t request) = 0;
  /// What was brought has been delivered, or never will be.
  virtual void finish(std::uint64_t request, bool delivered) = 0;
};

class long_poll_connection final : public connection,
                                   public std::enable_shared_from_this<long_poll_connection> {
public:
  using time_point = std::chrono::steady_clock::time_point;

  struct request {
    std::shared_ptr<long_poll_waiter> from;
    std::uint64_t number = 0;
    bool operator==(const request&) const = default;
  };

  /// A message, or a batch of them.
  struct polled {
    enum class outcome : std::uint8_t {
      message,
      wait,       ///< there is none: the request is woken when there may be one
      superseded, ///< another request waits
      over,       ///< the connection has ended, and all was fetched
    };
    outcome what = outcome::wait;
    slice message;
  };

  /// Lives on the thread of `core`. `on_gone` is called once, on any thread.
  long_poll_connection(
      std::shared_ptr<io_core> core, const connection_limits& limits, subprotocol p,
      std::string peer_name, peer_details peer, std::function<void()> on_gone);

  // What the client does. Any thread.

  /// Fetches what there is. `again`: by a request that was told to wait.
  polled poll(const request& r, bool again);
  /// `r` does not wait any more. What it brought and was not delivered yet is forgotten: so no more
  /// is kept than there are sockets that wait.
  void stop_waiting(const request& r);
  /// Brings messages; `r` is told what becomes of them. False if the connection has ended.
  bool bring(std::vector<slice> messages, request r);
  void end_by_peer() { conclude(close_reason::peer_closed, "closed by the client"); }

  // What the hub does.

  /// On the io thread.
  void check_time(time_point now);
  void cut_off(close_reason reason, std::string_view detail) { conclude(reason, detail); }
  io_core& core() const noexcept { return *core_; }

  // connection
  void start(std::unique_ptr<connection_handler> handler) override;
  format wire_format() const noexcept override { return protocol_.encoding; }
  subprotocol protocol() const noexcept { return protocol_; }
  const std::string& peer_name() const noexcept override { return peer_name_; }
  peer_details peer() const override { return peer_; }
  std::string_view transport_name() const noexcept override { return "longpoll"; }
  std::size_t max_send_size() const noexcept override { return SIZE_MAX; }
  send_result send(slice message) override;
  send_result send(std::string_view message) override { return send(slice(std::string(message))); }
  send_result send(std::string_view head, slice body, std::string_view tail) override;
  send_result send_event(slice message) override;
  void pause_reading() override;
  void resume_reading() override;
  void set_deadline(std::chrono::milliseconds delay) override;
  void clear_deadline() override;
  void close(close_reason reason) override;
  void abort(close_reason reason) override { conclude(reason, "aborted"); }
  std::size_t queued_bytes() const noexcept override;

private:
  struct brought {
    std::vector<slice> messages;
    request by;
  };
  enum class stage : std::uint8_t {
    open,
    closing, // by our wish: the client may fetch what is queued
    over,
  };

  void begin_delivery(std::unique_ptr<connection_handler> handler);
  void deliver();
  void conclude(close_reason reason, std::string_view detail);
  void tell_end();
  void wake_waiting();
  void after_push(send_result answer);
  void tell_writable();
  bool is_silent(time_point now) const;

  const std::shared_ptr<io_core> core_;
  const connection_limits limits_;
  const subprotocol protocol_;
  const std::string peer_name_;
  const peer_details peer_;

  std::unique_ptr<connection_handler> handler_; // on the io thread alone

  mutable std::mutex mutex_; // guards the following
  stage stage_ = stage::open;
  long_poll_queue queue_;
  request waiting_;            // to receive
  bool woken_ = false;         // and was told that there is something
  std::vector<brought> inbox_; // not yet delivered
  std::function<void()> on_gone_;
  time_point last_seen_;      // of the client: a request began or ended
  time_point stage_deadline_; // to be started, or to have fetched all
  time_point user_deadline_{time_point::max()};
  close_reason reason_ = close_reason::normal;
  std::string detail_;
  bool paused_ = false;
  bool pressure_ = false; // on_writable() is due when there is room again
};

} // namespace wamp
