#include <wamp/transport/name_lookup.hpp>

#include <cerrno>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <system_error>
#include <thread>
#include <utility>

namespace wamp {

namespace {

lookup_result ask(const std::string& host, std::uint16_t port, int flags) {
  addrinfo wanted{};
  wanted.ai_flags = AI_NUMERICSERV | flags;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto service = std::to_string(port);
  if (auto failed = ::getaddrinfo(host.c_str(), service.c_str(), &wanted, &found))
    return tl::unexpected(
        failed == EAI_SYSTEM ? std::system_category().message(errno)
                             : std::string(::gai_strerror(failed)));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  std::vector<socket_address> addresses;
  for (auto* a = found; a != nullptr; a = a->ai_next) {
    socket_address address;
    std::memcpy(&address.storage, a->ai_addr, a->ai_addrlen);
    address.size = a->ai_addrlen;
    addresses.push_back(address);
  }
  return addresses;
}

} // namespace

std::optional<socket_address> read_address(const std::string& host, std::uint16_t port) {
  auto found = ask(host, port, AI_NUMERICHOST);
  if (!found)
    return std::nullopt;
  return found->front();
}

lookup_result resolve_name(const std::string& host, std::uint16_t port) {
  return ask(host, port, 0);
}

tl::expected<void, std::string> look_up(
    name_resolver resolve, std::string host, std::uint16_t port,
    std::function<void(lookup_result)> on_found) {
  try {
    std::thread([resolve = std::move(resolve), host = std::move(host), port,
                 tell = std::move(on_found)] {
      tell(resolve(host, port));
    }).detach();
  } catch (const std::system_error& e) {
    return tl::unexpected(e.code().message());
  }
  return {};
}

} // namespace wamp
