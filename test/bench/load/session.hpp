#pragma once
// One WAMP client of the load generator: connects, shakes hands, joins a realm, and passes on what
// the router sends. Implements as much of the Basic Profile ("Sessions") as a well-behaved
// client needs. Created by the workloads; lives on the one event loop; not thread-safe.

#include <wamp/test/bench/load/event_loop.hpp>
#include <wamp/test/bench/load/options.hpp>
#include <wamp/test/bench/load/tls_channel.hpp>
#include <wamp/test/bench/wire/framing.hpp>
#include <wamp/test/bench/wire/message_reader.hpp>
#include <wamp/test/bench/wire/message_writer.hpp>

#include <optional>
#include <stdexcept>
#include <string>

namespace wamp::bench {

/// Ends the run: what the router or the system did leaves nothing to measure.
struct run_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What a session tells its workload, from inside event_loop::read_turn.
class session_observer {
public:
  virtual ~session_observer() = default;
  /// WELCOME came.
  virtual void joined(session& s) = 0;
  /// Any message of an open session; `rest` stands behind the message's code.
  virtual void received(session& s, code c, message_reader& rest) = 0;
  /// GOODBYE was answered. The session may be closed, but not before the turn is over.
  virtual void left(session& s) = 0;
  /// ABORT came instead of WELCOME. As with left().
  virtual void refused(session& s, std::string_view reason) = 0;
};

class session {
public:
  /// `index` is the workload's own; the references must outlive the session.
  session(
      event_loop& loop, session_observer& observer, const options& o, format f, std::size_t index);
  ~session() { close(); }
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Starts to connect and join. Throws std::system_error if the system has no socket to give.
  void open();

  /// Says GOODBYE; the observer hears when it is answered.
  void leave();

  /// Closes the socket; the session may be opened again. Not from inside an observer's method.
  void close();

  std::size_t index() const { return index_; }
  std::uint64_t session_id() const { return session_id_; }

  /// Request ids count from 1 within a session, all kinds of requests together.
  std::uint64_t next_request() { return ++last_request_; }

  /// `write(message_writer&)` writes one message, which leaves when the turn ends.
  template <class Write>
  void send(Write write) {
    body_.clear();
    message_writer out{body_, encoding_};
    write(out);
    put_message_header(out_, options_.carrier, encoding_, side::client, body_.size());
    out_.append(body_.view());
    mark();
  }

  // For the event loop:

  void handle(std::uint32_t events);
  void write_out();

private:
  enum class phase : std::uint8_t { closed, connecting, opening, joining, joined, leaving, left };

  [[noreturn]] void fail(const std::string& what) const;
  void mark();
  void finish_connect();
  void read_in();
  std::size_t parse(char* data, std::size_t size);
  void put_handshake();
  std::size_t read_handshake(std::string_view data);
  std::size_t read_websocket_handshake(std::string_view data);
  std::size_t read_rawsocket_handshake(std::string_view data);
  void handle_frame(const frame& f);
  void handle_message(std::string_view body);
  void handle_opening(code c, message_reader& rest);
  void say_hello();

  event_loop& loop_;
  session_observer& observer_;
  const options& options_;
  std::size_t index_;
  int fd_ = -1;
  std::optional<tls_channel> tls_; // gone before the socket
  format encoding_;
  phase phase_ = phase::closed;
  bool dirty_ = false;
  bool waits_to_write_ = false;
  std::uint64_t session_id_ = 0;
  std::uint64_t last_request_ = 0;
  std::size_t sent_ = 0;
  byte_buffer out_;
  byte_buffer in_;                 // a partial frame
  std::string fragments_;          // a message whose last frame has not come
  inline static byte_buffer body_; // the message being written; there is one thread
};

} // namespace wamp::bench
