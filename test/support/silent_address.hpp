// An address where nobody answers, on loopback.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace wamp::test {

/// A port whose queue of connections is full: the kernel drops whatever else comes.
class silent_address {
public:
  silent_address() {
    sockaddr_in at = {};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(::bind(listener_, address, size) == 0);
    REQUIRE(::listen(listener_, 0) == 0);
    REQUIRE(::getsockname(listener_, address, &size) == 0);
    port_ = ntohs(at.sin_port);
    for (auto& c : callers_) {
      c = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      ::connect(c, address, size);
    }
  }
  ~silent_address() {
    ::close(listener_);
    for (auto c : callers_)
      ::close(c);
  }
  silent_address(const silent_address&) = delete;
  silent_address& operator=(const silent_address&) = delete;

  std::uint16_t port() const { return port_; }

private:
  int listener_ = -1;
  std::array<int, 8> callers_{};
  std::uint16_t port_ = 0;
};

} // namespace wamp::test
