// How the addresses of routers are written.
#include <wamp/transport/router_url.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using namespace wamp;

namespace {

constexpr auto websocket = router_url::protocol::websocket;
constexpr auto rawsocket = router_url::protocol::rawsocket;

router_url over_tcp(
    router_url::protocol speaks, bool tls, std::string host, std::uint16_t port,
    std::string target = "/") {
  return {speaks, tls, std::move(host), port, "", std::move(target)};
}

router_url over_unix(router_url::protocol speaks, std::string path) {
  return {speaks, false, "", 0, std::move(path), "/"};
}

} // namespace

TEST_CASE("every form is read, and written so that it is read again") {
  struct row {
    std::string text;
    router_url url;
    std::string written;
    std::string authority;
  };
  const std::string v6 = "2001:db8::1";
  for (const auto& r : {
           row{"ws://example.org", over_tcp(websocket, false, "example.org", 80),
               "ws://example.org/", "example.org"},
           row{"ws://example.org/", over_tcp(websocket, false, "example.org", 80),
               "ws://example.org/", "example.org"},
           row{"ws://h:8080/ws", over_tcp(websocket, false, "h", 8080, "/ws"), "ws://h:8080/ws",
               "h:8080"},
           row{"ws://h:80/a/b?c=d&e=%20f", over_tcp(websocket, false, "h", 80, "/a/b?c=d&e=%20f"),
               "ws://h/a/b?c=d&e=%20f", "h"},
           row{"ws://h?token=1", over_tcp(websocket, false, "h", 80, "/?token=1"),
               "ws://h/?token=1", "h"},
           row{"WS://my_host-1.local:1/", over_tcp(websocket, false, "my_host-1.local", 1),
               "ws://my_host-1.local:1/", "my_host-1.local:1"},
           row{"wss://h", over_tcp(websocket, true, "h", 443), "wss://h/", "h"},
           row{"wss://h:80/x", over_tcp(websocket, true, "h", 80, "/x"), "wss://h:80/x", "h:80"},
           row{"ws://[2001:db8::1]", over_tcp(websocket, false, v6, 80), "ws://[2001:db8::1]/",
               "[2001:db8::1]"},
           row{"ws://[2001:db8::1]:9000/ws", over_tcp(websocket, false, v6, 9000, "/ws"),
               "ws://[2001:db8::1]:9000/ws", "[2001:db8::1]:9000"},
           row{"ws://127.0.0.1:65535/", over_tcp(websocket, false, "127.0.0.1", 65535),
               "ws://127.0.0.1:65535/", "127.0.0.1:65535"},
           row{"tcp://h:8081", over_tcp(rawsocket, false, "h", 8081), "tcp://h:8081", "h:8081"},
           row{"tcp://h:80/", over_tcp(rawsocket, false, "h", 80), "tcp://h:80", "h:80"},
           row{"rs://[::1]:8081", over_tcp(rawsocket, false, "::1", 8081), "tcp://[::1]:8081",
               "[::1]:8081"},
           row{"tcps://h:1", over_tcp(rawsocket, true, "h", 1), "tcps://h:1", "h:1"},
           row{"rss://h:1", over_tcp(rawsocket, true, "h", 1), "tcps://h:1", "h:1"},
           row{"unix:/run/wamp.sock", over_unix(rawsocket, "/run/wamp.sock"), "unix:/run/wamp.sock",
               "localhost"},
           row{"unix:///run/wamp.sock", over_unix(rawsocket, "/run/wamp.sock"),
               "unix:/run/wamp.sock", "localhost"},
           row{"unix:////x", over_unix(rawsocket, "//x"), "unix:////x", "localhost"},
           row{"unix:a:b", over_unix(rawsocket, "a:b"), "unix:a:b", "localhost"},
           row{"unix+ws:/run/wamp.sock", over_unix(websocket, "/run/wamp.sock"),
               "unix+ws:/run/wamp.sock", "localhost"},
       }) {
    CAPTURE(r.text);
    auto url = router_url::parse(r.text);
    REQUIRE(url.has_value());
    CHECK(*url == r.url);
    CHECK(url->is_local() == !r.url.path.empty());
    CHECK(url->to_string() == r.written);
    CHECK(url->authority() == r.authority);
    CHECK(router_url::parse(url->to_string()) == *url);
  }
}

TEST_CASE("what is no URL of a router is told") {
  struct row {
    std::string text;
    std::string why;
  };
  const std::string schemes =
      "it must begin with ws://, wss://, tcp://, tcps://, unix: or unix+ws:";
  const std::string port = "the port must be a number from 1 to 65535";
  const std::string name = "the host has a character that no name has";
  const std::string target = "the path has a character that must be written with %";
  for (const auto& r : {
           row{"", schemes},
           row{"localhost", schemes},
           row{"localhost:8080", schemes},
           row{"http://h/", schemes},
           row{"://h", schemes},
           row{"wsx://h", schemes},
           row{"ws:h", "expected // behind the scheme"},
           row{"ws:/h", "expected // behind the scheme"},
           row{"ws://", "the host is missing"},
           row{"ws:///path", "the host is missing"},
           row{"ws://:80/", "the host is missing"},
           row{"ws://h:/", port},
           row{"ws://h:0/", port},
           row{"ws://h:65536/", port},
           row{"ws://h:-1/", port},
           row{"ws://h:80x/", port},
           row{"ws://h: 80/", port},
           row{"ws://::1/", "an IPv6 address stands in brackets"},
           row{"ws://[::1/", "the IPv6 address is not closed by ]"},
           row{"ws://[]/", "what stands in brackets is no IPv6 address"},
           row{"ws://[h]/", "what stands in brackets is no IPv6 address"},
           row{"ws://[::1]80/", "expected : and the port behind the IPv6 address"},
           row{"ws://[::1]:/", port},
           row{"ws://a b/", name},
           row{"ws://a\r\nb/", name},
           row{"ws://h/#x", "a WebSocket has no fragment (#)"},
           row{"ws://h#x", "a WebSocket has no fragment (#)"},
           row{"ws://h/a b", target},
           row{"ws://h/a\r\nX: y", target},
           row{"ws://h/\xC3\xA4", target},
           row{"ws://h/\x7F", target},
           row{"tcp://h", "the port is missing"},
           row{"tcps://[::1]", "the port is missing"},
           row{"tcp://h:1/x", "RawSocket knows no paths"},
           row{"rs://h:1?x", "RawSocket knows no paths"},
           row{"unix:", "the path must have 1 to 107 characters"},
           row{"unix+ws://", "the path must have 1 to 107 characters"},
           row{"unix:/" + std::string(107, 'x'), "the path must have 1 to 107 characters"},
       }) {
    CAPTURE(r.text);
    auto url = router_url::parse(r.text);
    REQUIRE(!url.has_value());
    CHECK(url.error() == "\"" + r.text + "\" is no address of a router: " + r.why);
  }
  CHECK(router_url::parse("unix:/" + std::string(106, 'x')).has_value());
}

TEST_CASE("a password is refused, and not repeated") {
  auto url = router_url::parse("ws://me:secret@h/");
  REQUIRE(!url.has_value());
  CHECK(
      url.error()
      == "\"...@h/\" is no address of a router: a user and a password do not belong here");
}
