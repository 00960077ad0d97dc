#pragma once
// The few socket calls that the floor and the load generator share.

#include <cerrno>
#include <cstdint>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <system_error>

namespace wamp::bench {

[[noreturn]] inline void throw_errno(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

/// `check(call(...), "call")`: the result of a system call, or an exception with its errno.
inline int check(int result, const char* what) {
  if (result < 0)
    throw_errno(what);
  return result;
}

/// Lets this process open as many sockets as the system allows, and returns that number.
inline std::size_t raise_descriptor_limit() {
  rlimit limit{};
  check(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  check(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
  return limit.rlim_cur;
}

inline void switch_on(int fd, int level, int option) {
  int on = 1;
  check(setsockopt(fd, level, option, &on, sizeof on), "setsockopt");
}

/// An address of the loopback network 127.0.0.0/8; `host` is its last octet.
inline sockaddr_in loopback(std::uint16_t port, std::uint8_t host = 1) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(0x7f000000u | host);
  return address;
}

/// The system's functions take every kind of address through one pointer type.
inline const sockaddr* as_sockaddr(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

} // namespace wamp::bench
