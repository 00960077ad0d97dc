// The kernel's socket addresses: their names, and those of Unix sockets made of paths. Used by
// the acceptor and the connector.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>

namespace wamp {

/// Any address, as the kernel takes it.
struct socket_address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// Such as "tcp4:127.0.0.1:1234" or "tcp6:[::1]:1234"; empty for anything but IPv4 and IPv6.
std::string name_of(const sockaddr_storage& address);

/// The address in such a name, without port: "127.0.0.1" or "::1"; empty for all other names. IPv4
/// is IPv4, also on a socket for IPv6.
std::string address_in(std::string_view name);

/// Whose an address is, as far as that can be told: of IPv6, a customer has a network of 64 bits.
std::string network_of(const std::string& address);

/// Of a Unix socket. Nothing if the path is too long.
std::optional<sockaddr_un> local_address_of(std::string_view path) noexcept;

/// As the system calls take it.
template <class Address>
const sockaddr* as_sockaddr(const Address& address) noexcept {
  return reinterpret_cast<const sockaddr*>(&address);
}

} // namespace wamp
