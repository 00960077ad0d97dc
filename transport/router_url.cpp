#include <wamp/transport/router_url.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>

namespace wamp {

namespace {

using protocol = router_url::protocol;

struct scheme {
  std::string_view name;
  protocol speaks;
  bool tls;
  bool local;
};

constexpr std::array<scheme, 8> schemes{{
    {"ws", protocol::websocket, false, false},
    {"wss", protocol::websocket, true, false},
    {"tcp", protocol::rawsocket, false, false},
    {"rs", protocol::rawsocket, false, false},
    {"tcps", protocol::rawsocket, true, false},
    {"rss", protocol::rawsocket, true, false},
    {"unix", protocol::rawsocket, false, true},
    {"unix+ws", protocol::websocket, false, true},
}};

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

const scheme* find_scheme(std::string_view name) noexcept {
  for (const auto& s : schemes)
    if (std::ranges::equal(s.name, name, {}, {}, lower))
      return &s;
  return nullptr;
}

bool is_name_letter(char c) noexcept {
  c = lower(c);
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

/// RFC 3986 has everything else written with %.
bool is_target_letter(char c) noexcept {
  constexpr std::string_view forbidden = "\"<>\\^`{|}";
  return c > ' ' && c < '\x7F' && forbidden.find(c) == std::string_view::npos;
}

bool is_ipv6(const std::string& text) noexcept {
  in6_addr address{};
  return ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

/// 0 for a protocol that has no port of its own.
std::uint16_t default_port(protocol speaks, bool tls) noexcept {
  return speaks == protocol::rawsocket ? 0 : tls ? 443 : 80;
}

/// Reads "HOST" or "HOST:PORT"; empty, or what is wrong with it.
std::string_view read_authority(std::string_view text, router_url& url) {
  if (text.find('@') != std::string_view::npos)
    return "a user and a password do not belong here";
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    auto end = text.find(']');
    if (end == std::string_view::npos)
      return "the IPv6 address is not closed by ]";
    url.host = text.substr(1, end - 1);
    if (!is_ipv6(url.host))
      return "what stands in brackets is no IPv6 address";
    auto rest = text.substr(end + 1);
    has_port = rest.starts_with(':');
    if (!rest.empty() && !has_port)
      return "expected : and the port behind the IPv6 address";
    port = has_port ? rest.substr(1) : rest;
  } else {
    auto colon = text.find(':');
    has_port = colon != std::string_view::npos;
    url.host = text.substr(0, colon);
    port = has_port ? text.substr(colon + 1) : std::string_view();
    if (port.find(':') != std::string_view::npos)
      return "an IPv6 address stands in brackets";
    if (!std::ranges::all_of(url.host, is_name_letter))
      return "the host has a character that no name has";
  }
  if (url.host.empty())
    return "the host is missing";
  if (!has_port) {
    url.port = default_port(url.speaks, url.tls);
    return url.port == 0 ? "the port is missing" : "";
  }
  auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (error != std::errc() || end != port.data() + port.size() || url.port == 0)
    return "the port must be a number from 1 to 65535";
  return {};
}

/// Reads what stands behind "SCHEME:"; empty, or what is wrong with it.
std::string_view read_rest(std::string_view rest, const scheme& s, router_url& url) {
  if (s.local) {
    if (rest.starts_with("//"))
      rest.remove_prefix(2);
    // The size of sockaddr_un::sun_path, less the final zero.
    if (rest.empty() || rest.size() > 107 || rest.find('\0') != std::string_view::npos)
      return "the path must have 1 to 107 characters";
    url.path = rest;
    return {};
  }
  if (!rest.starts_with("//"))
    return "expected // behind the scheme";
  rest.remove_prefix(2);
  auto end = std::min(rest.find_first_of("/?#"), rest.size());
  if (auto wrong = read_authority(rest.substr(0, end), url); !wrong.empty())
    return wrong;
  auto target = rest.substr(end);
  if (url.speaks == protocol::rawsocket)
    return target.empty() || target == "/" ? "" : "RawSocket knows no paths";
  if (target.find('#') != std::string_view::npos)
    return "a WebSocket has no fragment (#)";
  if (!std::ranges::all_of(target, is_target_letter))
    return "the path has a character that must be written with %";
  url.target = target.starts_with('/') ? "" : "/";
  url.target += target;
  return {};
}

} // namespace

tl::expected<router_url, std::string> router_url::parse(std::string_view text) {
  auto wrong = [text](std::string_view why) {
    // A password that somebody has written there is not for the log.
    auto shown = std::string{text};
    if (auto at = shown.rfind('@'); at != std::string::npos)
      shown.replace(0, at, "...");
    return tl::unexpected("\"" + shown + "\" is no address of a router: " + std::string{why});
  };
  auto colon = text.find(':');
  const auto* s = colon == std::string_view::npos ? nullptr : find_scheme(text.substr(0, colon));
  if (s == nullptr)
    return wrong("it must begin with ws://, wss://, tcp://, tcps://, unix: or unix+ws:");
  router_url url;
  url.speaks = s->speaks;
  url.tls = s->tls;
  if (auto why = read_rest(text.substr(colon + 1), *s, url); !why.empty())
    return wrong(why);
  return url;
}

std::string router_url::authority() const {
  if (is_local())
    return "localhost";
  bool v6 = host.find(':') != std::string::npos;
  std::string text;
  text.append(v6 ? "[" : "").append(host).append(v6 ? "]" : "");
  if (port != default_port(speaks, tls))
    text.append(":").append(std::to_string(port));
  return text;
}

std::string router_url::to_string() const {
  bool websocket = speaks == protocol::websocket;
  if (is_local())
    // A path that begins with // needs them twice.
    return (websocket ? "unix+ws:" : "unix:") + ((path.starts_with("//") ? "//" : "") + path);
  std::string text(websocket ? "ws" : "tcp");
  return text.append(tls ? "s://" : "://").append(authority()).append(websocket ? target : "");
}

} // namespace wamp
