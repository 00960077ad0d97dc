// TLS over one non-blocking socket, of either side: its handshake, its records, its end. OpenSSL
// works in memory on the way out: what it has made of a message is kept here until the kernel takes
// it, so that a message that was taken is never asked for again, and a read never waits for a
// write. Made by
// tls_context and tls_server_context, used by byte_stream. Spec: RFC 8446, RFC 5246.
#pragma once

#include <wamp/transport/io_result.hpp>
#include <wamp/transport/peer_details.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <sys/uio.h>
#include <system_error>

struct bio_st;
struct ssl_st;

namespace wamp {

/// On the io thread of its connection alone.
class tls_stream {
public:
  /// Takes over `session`, which knows its side (SSL_set_connect_state or SSL_set_accept_state) and
  /// whom to trust. `fd` is the socket, to be closed by its owner after this is gone.
  tls_stream(ssl_st* session, int fd);
  ~tls_stream();
  tls_stream(const tls_stream&) = delete;
  tls_stream& operator=(const tls_stream&) = delete;

  /// As byte_stream's. `end` is the peer's close_notify, and the end of the socket's stream during
  /// the handshake; later that is a failure, as anybody on the way can bring it about.
  io_result read(char* to, std::size_t size);

  /// As byte_stream's. Small parts share a record.
  io_result write(std::span<const iovec> parts);

  /// Sends close_notify, and ends our half of the socket's stream when that is written. Nothing to
  /// say before the handshake is complete and after a failure.
  void shutdown_write();

  /// Once something was read, which is after the handshake.
  tls_details details() const;

  bool holds_input() const noexcept { return holds_input_; }
  bool holds_output() const noexcept { return !broken_ && !output_.empty(); }

private:
  struct deleter {
    void operator()(ssl_st* session) const noexcept;
  };

  // What OpenSSL reads from and writes to.
  static bio_st* make_bio(tls_stream& self);
  static int receive(bio_st* bio, char* to, int size);
  static int store(bio_st* bio, const char* bytes, int size);
  static long control(bio_st* bio, int what, long number, void* pointer);

  bool shake_hands();
  io_result decrypt(char* to, std::size_t size);
  void encrypt(const char* bytes, std::size_t size);
  void send_output();
  void fail();
  std::error_code find_reason();
  io_result failure() const;

  int fd_;
  std::unique_ptr<ssl_st, deleter> session_;
  std::string output_;           // records that the kernel has not taken
  std::error_code broken_;       // nothing works any more, and why
  std::error_code socket_error_; // of receiving
  bool established_ = false;
  bool may_receive_ = false;  // in read(): elsewhere the loop's edge would be lost
  bool drained_ = false;      // the socket had no more, in this read()
  bool stream_ended_ = false; // the socket's, not TLS's
  bool holds_input_ = false;
  bool closing_ = false; // close_notify was made
};

} // namespace wamp
