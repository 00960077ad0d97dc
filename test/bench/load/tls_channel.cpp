#include <wamp/test/bench/load/tls_channel.hpp>

#include <cerrno>
#include <csignal>
#include <new>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace wamp::bench {
namespace {

SSL_CTX* context() {
  static SSL_CTX* const made = [] {
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
    auto c = SSL_CTX_new(TLS_client_method());
    if (c == nullptr)
      throw std::bad_alloc();
    SSL_CTX_set_mode(
        c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
               | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(c, 1);
    return c;
  }();
  return made;
}

} // namespace

void tls_channel::deleter::operator()(ssl_st* session) const noexcept {
  SSL_free(session);
}

tls_channel::tls_channel(int fd) : session_(SSL_new(context())) {
  if (!session_ || SSL_set_fd(session_.get(), fd) != 1)
    throw std::bad_alloc();
  SSL_set_connect_state(session_.get());
}

ssize_t tls_channel::receive(char* to, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    ERR_clear_error();
    auto n = SSL_read(session_.get(), to + got, static_cast<int>(size - got));
    if (n <= 0)
      return got > 0 ? static_cast<ssize_t>(got) : failed(n);
    got += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(got);
}

ssize_t tls_channel::send(const char* from, std::size_t size) {
  ERR_clear_error();
  auto n = SSL_write(session_.get(), from, static_cast<int>(size));
  return n > 0 ? n : failed(n);
}

ssize_t tls_channel::failed(int result) const {
  switch (SSL_get_error(session_.get(), result)) {
  case SSL_ERROR_WANT_READ:
    errno = EINPROGRESS;
    return -1;
  case SSL_ERROR_WANT_WRITE:
    errno = EAGAIN;
    return -1;
  case SSL_ERROR_ZERO_RETURN:
    return 0;
  case SSL_ERROR_SYSCALL:
    if (errno != 0)
      return -1;
    break;
  default:
    break;
  }
  errno = EPROTO;
  return -1;
}

} // namespace wamp::bench
