#include <wamp/transport/listen_address.hpp>

#include <charconv>

namespace wamp {

tl::expected<listen_address, std::string> listen_address::parse(std::string_view text) {
  auto wrong = [text](std::string_view why) {
    std::string sentence("\"");
    return tl::unexpected(
        sentence.append(text).append("\" is no address to listen on: ").append(why));
  };
  constexpr std::string_view local_prefix = "unix:";
  listen_address a;
  if (text.starts_with(local_prefix)) {
    a.type = kind::local;
    a.path = text.substr(local_prefix.size());
    // The size of sockaddr_un::sun_path, less the final zero.
    if (a.path.empty() || a.path.size() > 107)
      return wrong("the path must have 1 to 107 characters");
    return a;
  }
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return wrong("expected HOST:PORT, [IPV6]:PORT or unix:PATH");
  auto host = text.substr(0, colon);
  auto port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']'))
      return wrong("the IPv6 address is not closed by ]");
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return wrong("an IPv6 address stands in brackets");
  }
  if (host.empty())
    return wrong("the host is missing (0.0.0.0 or [::] means every interface)");
  a.host = host;
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), a.port);
  if (error != std::errc() || end != port.data() + port.size())
    return wrong("the port must be a number from 0 to 65535");
  return a;
}

std::string listen_address::to_string() const {
  if (type == kind::local)
    return "unix:" + path;
  std::string text;
  bool v6 = host.find(':') != std::string::npos;
  text.append(v6 ? "[" : "").append(host).append(v6 ? "]:" : ":");
  return text.append(std::to_string(port));
}

} // namespace wamp
