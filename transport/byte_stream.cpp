#include <wamp/transport/byte_stream.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace wamp {

namespace {

io_result failure() noexcept {
  if (errno == EAGAIN || errno == EWOULDBLOCK)
    return {io_result::status::would_block, 0, {}, true};
  return {io_result::status::failed, 0, {errno, std::system_category()}, true};
}

std::size_t size_of(std::span<const iovec> parts) noexcept {
  std::size_t sum = 0;
  for (const auto& part : parts)
    sum += part.iov_len;
  return sum;
}

} // namespace

io_result byte_stream::read(char* to, std::size_t size) {
  if (tls_)
    return tls_->read(to, size);
  for (;;) {
    auto n = ::recv(fd_, to, size, 0);
    if (n > 0) {
      auto got = static_cast<std::size_t>(n);
      return {io_result::status::done, got, {}, got < size};
    }
    if (n == 0)
      return {io_result::status::end, 0, {}, true};
    if (errno != EINTR)
      return failure();
  }
}

io_result byte_stream::write(std::span<const iovec> parts) {
  if (tls_)
    return tls_->write(parts);
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = parts.size();
  for (;;) {
    auto n = parts.size() == 1
                 ? ::send(fd_, parts.front().iov_base, parts.front().iov_len, MSG_NOSIGNAL)
                 : ::sendmsg(fd_, &message, MSG_NOSIGNAL);
    if (n >= 0) {
      auto taken = static_cast<std::size_t>(n);
      return {io_result::status::done, taken, {}, taken < size_of(parts)};
    }
    if (errno != EINTR)
      return failure();
  }
}

void byte_stream::shutdown_write() {
  if (tls_)
    tls_->shutdown_write();
  else
    ::shutdown(fd_, SHUT_WR);
}

void byte_stream::close() noexcept {
  tls_.reset();
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

} // namespace wamp
