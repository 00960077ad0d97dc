#include <wamp/transport/socket_address.hpp>

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>

namespace wamp {

std::string name_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET6) {
    const auto& a = reinterpret_cast<const sockaddr_in6&>(address);
    ::inet_ntop(AF_INET6, &a.sin6_addr, text.data(), text.size());
    return "tcp6:[" + std::string(text.data()) + "]:" + std::to_string(ntohs(a.sin6_port));
  }
  if (address.ss_family == AF_INET) {
    const auto& a = reinterpret_cast<const sockaddr_in&>(address);
    ::inet_ntop(AF_INET, &a.sin_addr, text.data(), text.size());
    return "tcp4:" + std::string(text.data()) + ":" + std::to_string(ntohs(a.sin_port));
  }
  return {};
}

std::optional<sockaddr_un> local_address_of(std::string_view path) noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return std::nullopt;
  path.copy(address.sun_path, path.size());
  return address;
}

} // namespace wamp
