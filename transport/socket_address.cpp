#include <wamp/transport/socket_address.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <iterator>
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

std::string address_in(std::string_view name) {
  constexpr std::string_view mapped = "::ffff:";
  const bool v6 = name.starts_with("tcp6:[");
  if (!v6 && !name.starts_with("tcp4:"))
    return {};
  name.remove_prefix(v6 ? 6 : 5);
  name = name.substr(0, name.rfind(v6 ? ']' : ':'));
  if (v6 && name.starts_with(mapped) && name.find('.') != name.npos)
    name.remove_prefix(mapped.size());
  return std::string(name);
}

std::string network_of(const std::string& address) {
  in6_addr six{};
  if (::inet_pton(AF_INET6, address.c_str(), &six) != 1)
    return address;
  std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &six, text.data(), text.size());
  return std::string(text.data()) + "/64";
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
