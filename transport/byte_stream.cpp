#include <wamp/transport/byte_stream.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

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
    auto n = ::recv(fd_, to, size, 0);
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
    auto n = parts.size() == 1
                 ? ::send(fd_, parts.front().iov_base, parts.front().iov_len, MSG_NOSIGNAL)
                 : ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (n >= 0)
      return {io_result::status::done, static_cast<std::size_t>(n), {}};
    if (errno != EINTR)
      return failure();
  }
}

void byte_stream::shutdown_write() noexcept {
  ::shutdown(fd_, SHUT_WR);
}

void byte_stream::close() noexcept {
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

} // namespace wamp
