// Where the bytes of a connection come from and go to: a non-blocking socket, TCP or Unix, as they
// are or through TLS. Everything above it reads and writes through these calls only.
// Used by socket_connection on its io thread.
#pragma once

#include <wamp/transport/io_result.hpp>
#include <wamp/transport/tls_stream.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <sys/uio.h>
#include <utility>

namespace wamp {

class byte_stream {
public:
  /// Takes over the non-blocking socket `fd`; `tls`, if any, was made for it.
  explicit byte_stream(int fd, std::unique_ptr<tls_stream> tls = nullptr) noexcept
      : fd_(fd), tls_(std::move(tls)) {}
  ~byte_stream() { close(); }
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;

  /// To wait for; -1 when closed.
  int descriptor() const noexcept { return fd_; }

  /// At most `size` bytes; `end` when the peer has sent its last. Goes on with TLS's handshake.
  io_result read(char* to, std::size_t size);

  /// What is taken of `parts`. Never raises SIGPIPE. No parts, if holds_output(), asks for that
  /// to be written.
  io_result write(std::span<const iovec> parts);

  /// Ends our half of the stream. What TLS has to say to that may have to wait: holds_output().
  void shutdown_write();

  bool is_encrypted() const noexcept { return tls_ != nullptr; }

  /// None without TLS. Once something was read.
  std::optional<tls_details> details() const {
    return tls_ ? std::optional(tls_->details()) : std::nullopt;
  }

  /// Something was read from the socket and is still to be had, which the loop can not see.
  bool holds_input() const noexcept { return tls_ && tls_->holds_input(); }

  /// Something was taken and is still to be written.
  bool holds_output() const noexcept { return tls_ && tls_->holds_output(); }

  void close() noexcept;

private:
  int fd_;
  std::unique_ptr<tls_stream> tls_; // gone when closed
};

} // namespace wamp
