// Where the bytes of a connection come from and go to: a non-blocking socket, TCP or Unix.
// This is the seam for TLS: everything above it reads and writes through these calls only.
// Used by socket_connection on its io thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <sys/uio.h>
#include <system_error>

namespace wamp {

struct io_result {
  enum class status : std::uint8_t { done, would_block, end, failed };

  status what = status::done;
  std::size_t size = 0;  ///< bytes moved, iff `done`
  std::error_code error; ///< iff `failed`
};

class byte_stream {
public:
  /// Takes over the non-blocking socket `fd`.
  explicit byte_stream(int fd) noexcept : fd_(fd) {}
  ~byte_stream() { close(); }
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;

  /// To wait for; -1 when closed.
  int descriptor() const noexcept { return fd_; }

  /// At most `size` bytes; `end` when the peer has sent its last.
  io_result read(char* to, std::size_t size) noexcept;

  /// What the kernel takes of `parts`. Never raises SIGPIPE.
  io_result write(std::span<const iovec> parts) noexcept;

  /// Ends our half of the stream.
  void shutdown_write() noexcept;

  void close() noexcept;

private:
  int fd_;
};

} // namespace wamp
