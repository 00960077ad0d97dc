// The connection behind a socket, from its first octet to the last: handshake, framing, write
// queue, timeouts. Made by a listener or a connector, which announces it once established.
#pragma once

#include <wamp/transport/byte_stream.hpp>
#include <wamp/transport/connection.hpp>
#include <wamp/transport/connection_owner.hpp>
#include <wamp/transport/framing.hpp>
#include <wamp/transport/handshake.hpp>
#include <wamp/transport/io_core.hpp>
#include <wamp/transport/liveness.hpp>
#include <wamp/transport/write_queue.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// Not final for the sake of framing_connection alone.
class socket_connection : public connection,
                          public watcher,
                          public std::enable_shared_from_this<socket_connection> {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Takes over `fd`, non-blocking and connected; `tls`, if any, was made for it.
  socket_connection(
      std::shared_ptr<io_core> core, std::shared_ptr<connection_owner> owner, int fd,
      std::string peer_name, std::unique_ptr<handshake> handshake,
      std::unique_ptr<tls_stream> tls = nullptr);
  ~socket_connection() override;

  /// Enters the core and begins with the handshake. On the io thread, as all up to `connection`.
  void begin();

  std::shared_ptr<socket_connection> self() { return shared_from_this(); }
  std::size_t place() const noexcept { return place_; }
  void set_place(std::size_t place) noexcept { place_ = place; }

  void on_ready(std::uint32_t events) final;
  void flush();
  void check_time(time_point now);
  void accept_parcel(slice message, bool droppable);
  void end_for_shutdown(close_reason reason);
  void cut_off(close_reason reason, std::string_view detail);

  // connection
  void start(std::unique_ptr<connection_handler> handler) override;
  format wire_format() const noexcept override { return framing_->wire_format(); }
  const std::string& peer_name() const noexcept override { return peer_name_; }
  peer_details peer() const override;
  std::string_view transport_name() const noexcept override;
  std::size_t max_send_size() const noexcept override { return framing_->send_limit(); }
  send_result send(slice message) override { return send_any(std::move(message), false); }
  send_result send(std::string_view message) override;
  send_result send(std::string_view head, slice body, std::string_view tail) override;
  send_result send_event(slice message) override { return send_any(std::move(message), true); }
  void pause_reading() override;
  void resume_reading() override;
  void set_deadline(std::chrono::milliseconds delay) override;
  void clear_deadline() override;
  void close(close_reason reason) override;
  void abort(close_reason reason) override;
  std::size_t queued_bytes() const noexcept override { return budget_.used(); }

protected:
  /// Whether send() is welcome, as far as the calling thread can know.
  bool is_sending() const noexcept { return sending_.load(std::memory_order_relaxed); }

  /// Once established.
  const framing& agreed() const noexcept { return *framing_; }

  send_result send_any(slice message, bool event);

private:
  enum class stage : std::uint8_t {
    handshake,
    ready,   // established and announced, waiting for start()
    open,    // messages flow
    closing, // by our wish: what is queued is being flushed, the handler waits for it
    leaving, // over for the handler; flushing and waiting for the end of the peer's stream
    gone,
  };

  const connection_limits& limits() const noexcept { return owner_->limits(); }

  /// Runs `f(*this)`: now on the io thread, else later there.
  template <class F>
  void on_io_thread(F f) {
    if (core_->in_this_thread())
      f(*this);
    else
      core_->post([c = self(), f] { f(*c); });
  }

  // reading
  bool wants_input() const noexcept;
  void await_input();
  void watch(std::uint32_t events);
  void on_readable();
  void take_bytes(std::string_view bytes);
  void shake_hands(std::string_view bytes);
  void establish(framing agreed, std::size_t consumed, std::string cookie);
  void begin_delivery(std::unique_ptr<connection_handler> handler);
  void go_on_reading();
  void take_frames(std::string_view bytes);
  void await_close_frame(std::string_view bytes);
  void on_input_ended();
  void on_peer_closed(std::uint16_t close_code);
  void on_rules_broken(close_reason reason, std::string_view detail);

  // writing
  send_result admit(std::size_t size, std::size_t cost, bool event);
  send_result refuse_event(slice message, std::size_t cost);
  std::size_t cost_of(std::size_t message_size) const noexcept;
  void enqueue(slice message, bool droppable);
  void begin_batch();
  void enqueue_last(std::string bytes);
  void enqueue_control(std::string_view frames);
  void make_room(std::size_t cost);
  void feel_pressure();
  void wake_writer();
  void await_output();
  void on_queue_empty();
  void tell_writable();

  // ending
  void begin_close(close_reason reason);
  void leave();
  void hang_up();
  void fail_handshake(std::string_view detail, bool format_refused = false);
  void on_network_error(const std::error_code& error);
  void conclude(close_reason reason, std::string_view detail);
  void drop_socket();

  std::shared_ptr<io_core> core_;
  std::shared_ptr<connection_owner> owner_;
  byte_stream stream_;
  std::string peer_name_;
  std::unique_ptr<const peer_details> details_; // if they are more than the name says
  std::unique_ptr<handshake> handshake_;
  std::string early_; // bytes of the handshake, then those read past it and before start()
  std::optional<framing> framing_;
  std::unique_ptr<connection_handler> handler_;
  write_queue queue_;
  queue_budget budget_;
  liveness liveness_;
  time_point stage_deadline_{time_point::max()};
  time_point user_deadline_{time_point::max()};
  std::size_t place_ = 0;

  std::atomic<bool> sending_{false};  // send() is welcome
  std::atomic<bool> pressure_{false}; // on_writable() is due when there is room again
  stage stage_ = stage::handshake;
  close_reason reason_ = close_reason::normal; // why it ends
  bool concluded_ = false;                     // on_closed() was called, or will be at start()
  bool dirty_ = false;                         // in the core's list
  bool awaiting_output_ = false;
  std::uint32_t watched_ = 0;  // of EPOLLIN and EPOLLOUT: what the loop waits for
  bool more_input_ = false;    // the last read may have left something
  bool end_announced_ = false; // by the loop: reading comes to an end of stream
  bool paused_ = false;
  bool input_ended_ = false;   // end of stream, or the peer's close frame
  bool broken_ = false;        // the peer's frames can not be read any more
  bool expects_close_ = false; // our close frame wants an answer
};

} // namespace wamp
