#include <wamp/transport/byte_stream.hpp>

#include <cerrno>
#include <sys/socket.h>

namespace wamp {

namespace {

io_result failure() noexcept {
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    return {io_result::status::would_block, 0, {}};
  return {io_result::status::failed, 0, {errno, std::system_category()}};
}

} // namespace

io_result byte_stream::read(char* to, std::size_t size) noexcept {
  for (;;) {
    auto n = ::recv(socket_.native_handle(), to, size, 0);
    if (n > 0)
      return {io_result::status::done, static_cast<std::size_t>(n), {}};
    if (n == 0)
      return {io_result::status::end, 0, {}};
    if (errno != EINTR)
      return failure();
  }
}

io_result byte_stream::write(std::span<const iovec> parts) noexcept {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = parts.size();
  for (;;) {
    auto n = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
    if (n >= 0)
      return {io_result::status::done, static_cast<std::size_t>(n), {}};
    if (errno != EINTR)
      return failure();
  }
}

void byte_stream::shutdown_write() noexcept {
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

void byte_stream::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

} // namespace wamp
