// The first octets of a socket, without a socket.
#include <wamp/transport/listener.hpp>
#include <wamp/transport/transport_handshake.hpp>

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

using namespace wamp;
using outcome = handshake_result::outcome;

namespace {

std::string
upgrade(std::string_view protocols, std::string_view path = "/ws", std::string_view more = "") {
  std::string s("GET ");
  s.append(path).append(" HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, ");
  s.append("Upgrade\r\nSec-WebSocket-Version: 13\r\n");
  s.append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  if (!protocols.empty())
    s.append("Sec-WebSocket-Protocol: ").append(protocols).append("\r\n");
  return s.append(more).append("\r\n");
}

struct bench {
  listener_options options;
  bool full = false;
  bool over_tls = false;
  boost::asio::io_context context;

  /// Shows `all` as it grows by `step`.
  handshake_result feed(std::string_view all, std::size_t step = 1'000'000) {
    transport_handshake h(options, context, over_tls);
    handshake_result r;
    for (std::size_t n = std::min(step, all.size());; n = std::min(n + step, all.size())) {
      r = h.feed(all.substr(0, n), full);
      if (r.what != outcome::need_more || n == all.size())
        return r;
    }
  }

  std::string status(std::string_view request) {
    auto r = feed(request);
    CHECK(r.reply.starts_with("HTTP/1.1 "));
    CHECK(r.what != outcome::need_more);
    CHECK(r.reply.size() > 12);
    return r.reply.substr(9, 3);
  }
};

} // namespace

TEST_CASE("an upgrade, however it arrives") {
  bench b;
  auto request = upgrade("wamp.2.msgpack");
  for (std::size_t step : {1U, 2U, 3U, 50U, 1000U}) {
    auto r = b.feed(request + "\x81\x80 the first frame", step);
    CHECK(r.what == outcome::established);
    REQUIRE(r.agreed.has_value());
    CHECK(r.agreed->is_websocket());
    CHECK(r.agreed->wire_format() == format::msgpack);
    CHECK(r.consumed == request.size());
    CHECK(r.reply.starts_with("HTTP/1.1 101 "));
    // The example of RFC 6455, section 1.3.
    CHECK(r.reply.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") != r.reply.npos);
    CHECK(r.reply.find("Sec-WebSocket-Protocol: wamp.2.msgpack\r\n") != r.reply.npos);
    CHECK(r.reply.find("Extensions") == r.reply.npos);
    CHECK(r.reply.ends_with("\r\n\r\n"));
  }
}

TEST_CASE("the first of the client's subprotocols that is served is taken") {
  bench b;
  auto chosen = [&](std::string_view protocols, std::string_view more = "") {
    auto r = b.feed(upgrade(protocols, "/ws", more));
    if (!r.agreed)
      return r.reply.substr(9, 3);
    return std::string(name_of(r.agreed->wire_format()))
           + (r.agreed->is_batched() ? ", batched" : "");
  };
  CHECK(chosen("wamp.2.cbor, wamp.2.json") == "cbor");
  CHECK(chosen("wamp.2.json,wamp.2.cbor") == "json");
  CHECK(chosen("mqtt, wamp.2.ubjson , wamp.2.msgpack") == "msgpack");
  CHECK(chosen("mqtt, wamp.2.json.batched , wamp.2.msgpack") == "json, batched");
  CHECK(chosen("wamp.2.cbor, wamp.2.cbor.batched") == "cbor");
  CHECK(chosen("wamp.2.cbor.batched, wamp.2.cbor") == "cbor, batched");
  CHECK(chosen("wamp.2.json.batched.batched") == "400");
  CHECK(chosen(".batched, wamp.2.batched, wamp.2.json.Batched") == "400");
  CHECK(chosen("mqtt", "Sec-WebSocket-Protocol: wamp.2.json\r\n") == "json");
  CHECK(chosen("mqtt") == "400");
  CHECK(chosen("") == "400");
  CHECK(chosen("wamp.2.JSON") == "400");
  b.options.formats = {format::cbor};
  CHECK(chosen("wamp.2.json, wamp.2.json.batched, wamp.2.cbor") == "cbor");
  auto refused = b.feed(upgrade("wamp.2.json"));
  CHECK(refused.what == outcome::refused);
  CHECK(refused.reply.find("one of: wamp.2.cbor, wamp.2.cbor.batched.") != refused.reply.npos);
}

TEST_CASE("deflate is not negotiated") {
  bench b;
  auto r = b.feed(upgrade("wamp.2.json", "/", "Sec-WebSocket-Extensions: permessage-deflate\r\n"));
  CHECK(r.what == outcome::established);
  CHECK(r.reply.find("deflate") == r.reply.npos);
}

TEST_CASE("paths") {
  bench b;
  CHECK(b.status(upgrade("wamp.2.json", "/")) == "101");
  CHECK(b.status(upgrade("wamp.2.json", "/ws?token=x")) == "101");
  CHECK(b.status(upgrade("wamp.2.json", "/ws/")) == "404");
  CHECK(b.status(upgrade("wamp.2.json", "/other")) == "404");
  b.options.paths = {"/other"};
  CHECK(b.status(upgrade("wamp.2.json", "/other")) == "101");
  CHECK(b.status(upgrade("wamp.2.json", "/")) == "404");
  b.options.websocket = false;
  CHECK(b.status(upgrade("wamp.2.json", "/other")) == "404");
}

TEST_CASE("requests that are no upgrade") {
  bench b;
  auto health = b.feed("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(health.what == outcome::answered);
  CHECK(health.reply.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(health.reply.find("Content-Type: application/json\r\n") != health.reply.npos);
  CHECK(health.reply.ends_with("\r\n\r\n{\"status\":\"ok\"}\n"));
  CHECK(b.status("GET /health?x HTTP/1.0\r\n\r\n") == "200");
  CHECK(b.status("POST /health HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc") == "405");
  CHECK(b.status("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n") == "426");
  CHECK(b.status("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n") == "404");
  CHECK(b.status("POST /ws HTTP/1.1\r\nContent-Length: 0\r\n\r\n") == "405");
  CHECK(b.status("EHLO example.com\r\n\r\n") == "400");
  CHECK(b.status("\x16\x03\x01 TLS\r\n\r\n") == "400");
}

TEST_CASE("an upgrade that is not one by RFC 6455") {
  bench b;
  auto without = [](std::string request, std::string_view line) {
    auto at = request.find(line);
    REQUIRE(at != request.npos);
    return request.erase(at, request.find("\r\n", at) + 2 - at);
  };
  auto good = upgrade("wamp.2.json");
  CHECK(b.status(without(good, "Sec-WebSocket-Key")) == "400");
  CHECK(b.status(without(good, "Host")) == "400");
  CHECK(b.status(without(good, "Connection")) == "426");
  CHECK(b.status(without(good, "Upgrade: ")) == "426");
  auto old = good;
  old.replace(old.find("Version: 13"), 11, "Version: 8");
  CHECK(b.status(old) == "426");
  CHECK(b.feed(old).what == outcome::refused);
}

TEST_CASE("a header that is too large") {
  bench b;
  auto big = upgrade("wamp.2.json", "/", "X: " + std::string(9000, 'x') + "\r\n");
  CHECK(b.status(big) == "431");
  CHECK(b.status(big.substr(0, 8500)) == "431");
  CHECK(b.feed(big, 1000).reply.substr(9, 3) == "431");
  CHECK(b.feed("GET /" + std::string(9000, 'x'), 100).reply.substr(9, 3) == "431");
  CHECK(b.status(upgrade("wamp.2.json", "/", "X: " + std::string(7000, 'x') + "\r\n")) == "101");
}

TEST_CASE("a full listener refuses politely, but stays healthy") {
  bench b;
  b.full = true;
  CHECK(b.status(upgrade("wamp.2.json")) == "503");
  CHECK(b.status("GET /health HTTP/1.1\r\nHost: x\r\n\r\n") == "200");
  auto raw = b.feed(std::string("\x7F\xF1\0\0", 4));
  CHECK(raw.what == outcome::refused);
  CHECK(raw.reply == std::string("\x7F\x40\0\0", 4));
}

TEST_CASE("rawsocket") {
  bench b;
  auto r = b.feed(std::string("\x7F\xF2\0\0rest", 8), 1);
  CHECK(r.what == outcome::established);
  CHECK(r.reply == std::string("\x7F\xF2\0\0", 4));
  CHECK(r.consumed == 4);
  CHECK(r.agreed->wire_format() == format::msgpack);
  CHECK(!r.agreed->is_websocket());
  b.options.limits.max_message_size = 70'000;
  CHECK(b.feed(std::string("\x7F\x02\0\0", 4)).reply == std::string("\x7F\x72\0\0", 4));
  CHECK(b.feed(std::string("\x7F\xF4\0\0", 4)).reply == std::string("\x7F\x10\0\0", 4));
  b.options.rawsocket = false;
  auto off = b.feed(std::string("\x7F\xF2\0\0", 4));
  CHECK(off.what == outcome::refused);
  CHECK(off.reply.empty());
}

TEST_CASE("a page of a foreign origin gets no WebSocket") {
  bench b;
  auto request = [](const std::string& origin) {
    return upgrade("wamp.2.json", "/ws", "Origin: " + origin + "\r\n");
  };
  CHECK(b.status(request("http://x")) == "101");
  CHECK(b.status(request("http://x:8000")) == "101");
  CHECK(b.status(request("http://evil.test")) == "403");
  CHECK(b.feed(request("http://evil.test")).what == outcome::refused);
  CHECK(b.status(request("null")) == "403");
  b.options.allowed_origins = {"https://page.test"};
  CHECK(b.status(request("https://page.test")) == "101");
  CHECK(b.status(request("http://x")) == "403");
  b.options.allowed_origins = {"*"};
  CHECK(b.status(request("http://evil.test")) == "101");
  // It may know that the router is well.
  b.options.allowed_origins = {};
  CHECK(b.status("GET /health HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.test\r\n\r\n") == "200");
}

TEST_CASE("a path that is not served answers like any other") {
  bench b;
  auto reply = [&](std::string_view path, std::string_view more = "") {
    return b.feed(upgrade("wamp.2.json", path, more)).reply;
  };
  auto nothing = reply("/nothing");
  CHECK(nothing.starts_with("HTTP/1.1 404 "));
  for (auto path : {"/admin", "/ws/", "/ws/x", "/health/", "/longpoll/open", "/%77s", "//", "/.."})
    CHECK(reply(path) == nothing);
  CHECK(reply("/admin", "Origin: http://evil.test\r\n") == nothing);
}

TEST_CASE("a browser gets a cookie, and is known by the one that it brings") {
  bench b;
  CHECK(b.feed(upgrade("wamp.2.json")).reply.find("Set-Cookie") == std::string::npos);
  b.options.cookie.name = "wamp";
  auto fresh = b.feed(upgrade("wamp.2.json"));
  CHECK(fresh.what == outcome::established);
  CHECK(fresh.cookie.size() == 32);
  CHECK(
      fresh.reply.find(
          "Set-Cookie: wamp=" + fresh.cookie
          + "; Max-Age=604800; Path=/; HttpOnly; SameSite=Strict\r\n")
      != std::string::npos);
  auto again = b.feed(upgrade("wamp.2.json", "/ws", "Cookie: wamp=" + fresh.cookie + "\r\n"));
  CHECK(again.cookie == fresh.cookie);
  CHECK(again.reply.find("Set-Cookie") == std::string::npos);
  b.over_tls = true;
  CHECK(b.feed(upgrade("wamp.2.json")).reply.find("; Secure\r\n") != std::string::npos);
  // A page that comes in as one of all is not known by its visitor's cookie.
  const auto brought = "Cookie: wamp=" + fresh.cookie + "\r\nOrigin: http://evil.test\r\n";
  b.options.allowed_origins = {"*"};
  auto one_of_all = b.feed(upgrade("wamp.2.json", "/ws", brought));
  CHECK(one_of_all.what == outcome::established);
  CHECK(one_of_all.cookie.empty());
  CHECK(one_of_all.reply.find("Set-Cookie") == std::string::npos);
  b.options.allowed_origins = {"*", "http://evil.test"}; // by its name, it may
  CHECK(b.feed(upgrade("wamp.2.json", "/ws", brought)).cookie == fresh.cookie);
  b.options.allowed_origins.clear();
  // Nobody is known by a cookie who was not let in.
  auto refused = b.feed(upgrade("wamp.2.json", "/ws", "Origin: http://evil.test\r\n"));
  CHECK(refused.cookie.empty());
  CHECK(refused.reply.find("Set-Cookie") == std::string::npos);
}
