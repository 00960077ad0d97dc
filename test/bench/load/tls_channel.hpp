#pragma once
// A client's TLS on a session's socket, by OpenSSL alone. Trusts everybody: what is measured is the
// router. One per session; not thread-safe.

#include <cstddef>
#include <memory>
#include <sys/types.h>

struct ssl_st;

namespace wamp::bench {

class tls_channel {
public:
  /// `fd` is connected and non-blocking, and stays the caller's.
  explicit tls_channel(int fd);

  // As the system's functions: -1 with EAGAIN when the socket has to be waited for, and with
  // EINPROGRESS when that is for the other side to say something. Both go on with the handshake.
  ssize_t receive(char* to, std::size_t size);
  ssize_t send(const char* from, std::size_t size);

private:
  struct deleter {
    void operator()(ssl_st* session) const noexcept;
  };

  ssize_t failed(int result) const;

  std::unique_ptr<ssl_st, deleter> session_;
};

} // namespace wamp::bench
