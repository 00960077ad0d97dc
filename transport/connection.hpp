// One established connection to a WAMP peer, WebSocket, RawSocket or long-poll: whole messages in,
// whole messages out, with bounded memory. Announced by a listener; used by the session of the
// peer. Spec: "Transports" (basic profile), "RawSocket Transport" (advanced profile), RFC 6455.
#pragma once

#include <wamp/serialization/format.hpp>
#include <wamp/serialization/slice.hpp>
#include <wamp/transport/peer_details.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// Why a connection ended or shall end.
enum class close_reason : std::uint8_t {
  normal,         ///< WebSocket close code 1000
  going_away,     ///< 1001: the router shuts down
  protocol_error, ///< 1002: frames or messages that break the rules
  invalid_utf8,   ///< 1007: found by the codec
  corrupt_data,   ///< 1007: what came compressed can not be inflated
  too_big,        ///< 1009: a message over connection_limits::max_message_size
  policy,         ///< 1008: the router does not want this peer
  timeout,        ///< the peer fell silent or did not finish in time
  overflow,       ///< the peer did not read and the policy is `disconnect`
  peer_closed,    ///< the peer closed, by a close frame or at the end of its stream
  network_error,  ///< the socket failed
};

std::string_view name_of(close_reason) noexcept;

enum class send_result : std::uint8_t {
  queued,   ///< will be sent unless the connection ends first
  dropped,  ///< an event met a full queue and was dropped (counted)
  overflow, ///< the queue is full: not sent
  too_big,  ///< over what the peer announced that it takes (RawSocket): not sent
  closed,   ///< the connection is closing or closed: not sent
};

/// What a connection tells its user. All of it is called on the connection's io thread, never
/// from inside a call of the connection's own functions, and must not throw.
class connection_handler {
public:
  virtual ~connection_handler() = default;

  /// The messages that one read completed, in order; never empty. Those of one read share an
  /// allocation, so whoever keeps a small slice for long should copy it.
  virtual void on_messages(std::vector<slice> messages) = 0;

  /// The moment that set_deadline() named has passed; the deadline is cleared before the call.
  virtual void on_deadline() = 0;

  /// The write queue has fallen below half of its bound after it had refused or dropped
  /// something or stood above half.
  virtual void on_writable() = 0;

  /// The peer broke the framing's rules and the connection is about to be closed for it: the
  /// last chance to send() a message that says why.
  virtual void on_violation(std::string_view detail) { static_cast<void>(detail); }

  /// The last call, exactly once: nothing more arrives and send() answers `closed`. Comes at
  /// once when the peer or the network ended the connection, and after close() when what was
  /// queued is flushed or was cut off. The handler is destroyed right after it.
  virtual void on_closed(close_reason reason, std::string_view detail) = 0;
};

/// Every function may be called from any thread. Effects of one thread's calls keep their
/// order. Kept alive by its io_thread while its socket is open, and by whoever holds it; may
/// outlive the io_thread (then everything answers `closed`).
class connection {
public:
  virtual ~connection() = default;
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Once: messages flow from here on. A connection that is not started within
  /// connection_limits::handshake_timeout is cut off.
  virtual void start(std::unique_ptr<connection_handler> handler) = 0;

  virtual format wire_format() const noexcept = 0;

  /// Such as "tcp4:127.0.0.1:1234", "tcp6:[::1]:1234" or "unix:/run/wamp.sock".
  virtual const std::string& peer_name() const noexcept = 0;

  /// What else is known of the peer; never changes.
  virtual peer_details peer() const = 0;

  /// "websocket", "rawsocket" or "longpoll".
  virtual std::string_view transport_name() const noexcept = 0;

  /// The largest message that the peer takes, in bytes.
  virtual std::size_t max_send_size() const noexcept = 0;

  /// Queues one serialized message; what one turn of the io thread queues leaves in one write.
  /// `overflow`, with nothing queued, if the queue's bound would be exceeded.
  virtual send_result send(slice message) = 0;

  /// The same for a message that the caller keeps: it is copied. Cheaper than a slice of its own
  /// for small ones.
  virtual send_result send(std::string_view message) = 0;

  /// The same for a large message in three parts: the body is shared, the others are copied.
  virtual send_result send(std::string_view head, slice body, std::string_view tail) = 0;

  /// As send(), for messages that may be lost: on a full queue the overflow_policy decides.
  /// Under drop_oldest_event `queued` is an answer about this event, older ones may have been
  /// dropped for it; called from a foreign thread, the queue may hold up to twice its bound
  /// until the io thread has looked.
  virtual send_result send_event(slice message) = 0;

  /// Stops reading, so that the peer meets the pressure. The peer is not held to its pings
  /// meanwhile. At most the messages of one read are still delivered after a foreign thread's
  /// call; none after a call on the io thread.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;

  /// Calls on_deadline() once after `delay`, late by at most a quarter of `delay` (and never
  /// more than a second), unless cleared or set anew first.
  virtual void set_deadline(std::chrono::milliseconds delay) = 0;
  virtual void clear_deadline() = 0;

  /// Sends what is queued, then closes: WebSocket with the code of `reason` (see close_reason;
  /// the others close with 1008), RawSocket by ending the stream. Nothing is delivered after
  /// the call. A peer that does not take it is cut off after connection_limits::close_timeout.
  virtual void close(close_reason reason) = 0;

  /// Closes the socket at once; on_closed(reason, "aborted") follows soon.
  virtual void abort(close_reason reason = close_reason::policy) = 0;

  /// Bytes queued and not yet taken by the kernel, counted as connection_limits::write_queue
  /// is; includes what other threads have sent and the io thread has not yet picked up.
  virtual std::size_t queued_bytes() const noexcept = 0;

protected:
  connection() = default;
};

} // namespace wamp
