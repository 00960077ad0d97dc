// Where the bytes of a connection come from and go to: a non-blocking socket, TCP or Unix.
// This is the seam for TLS: everything above it reads, writes and waits through these calls
// only. Used by socket_connection on its io thread.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <span>
#include <sys/uio.h>
#include <system_error>
#include <utility>

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
  byte_stream(boost::asio::io_context& context, int family, int fd)
      : socket_(context, boost::asio::generic::stream_protocol(family, 0), fd) {}

  /// At most `size` bytes; `end` when the peer has sent its last.
  io_result read(char* to, std::size_t size) noexcept;

  /// What the kernel takes of `parts`. Never raises SIGPIPE.
  io_result write(std::span<const iovec> parts) noexcept;

  /// Ends our half of the stream.
  void shutdown_write() noexcept;

  void close() noexcept;

  /// Calls `handler(error_code)` when read() or write() has something to do.
  template <class Handler>
  void wait_readable(Handler handler) {
    socket_.async_wait(socket::wait_read, std::move(handler));
  }

  template <class Handler>
  void wait_writable(Handler handler) {
    socket_.async_wait(socket::wait_write, std::move(handler));
  }

private:
  // One instantiation for TCP and Unix sockets; the concrete executor saves the erased one.
  using socket = boost::asio::basic_stream_socket<
      boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;

  socket socket_;
};

} // namespace wamp
