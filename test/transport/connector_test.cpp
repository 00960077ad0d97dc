// The client's side over real sockets: against our own listener, and against routers that are
// scripted to answer wrongly, late or not at all.
#include <wamp/transport/connector.hpp>

#include <boost/asio/read_until.hpp>

#include <atomic>
#include <set>

#include "dialer.hpp"

using namespace wamp;
using namespace wamp::testing;
using namespace std::string_literals;

namespace {

/// A router that does what the test says, step by step.
class fake_router : public client {
public:
  fake_router() : gate_(context, {asio::ip::address_v4::loopback(), 0}) {}

  router_url url(router_url::protocol speaks) const {
    return url_of(
        {listen_address::kind::tcp, "127.0.0.1", gate_.local_endpoint().port(), ""}, speaks);
  }

  void accept() {
    asio::ip::tcp::socket s(context);
    auto [error, n] = run([&](auto done) { gate_.async_accept(s, done); });
    REQUIRE(!error);
    socket = client_socket(std::move(s));
  }

  std::string read_request() {
    std::string text;
    auto [error, n] = run([&](auto done) {
      asio::async_read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n", done);
    });
    REQUIRE(!error);
    return text;
  }

  /// The value of a line of a request.
  static std::string value_of(const std::string& request, const std::string& name) {
    auto at = request.find("\r\n" + name + ": ");
    REQUIRE_MESSAGE(at != std::string::npos, request);
    at += name.size() + 4;
    return request.substr(at, request.find("\r\n", at) - at);
  }

  static std::string accept_of(const std::string& request) {
    websocket::detail::sec_ws_accept_type accept;
    websocket::detail::make_sec_ws_accept(accept, value_of(request, "Sec-WebSocket-Key"));
    return std::string(accept.data(), accept.size());
  }

  static std::string upgrade_of(const std::string& request, const std::string& protocol) {
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
           "upgrade\r\nSec-WebSocket-Accept: "
           + accept_of(request) + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n";
  }

  /// Accepts one WebSocket; `more` comes with the handshake's end.
  void upgrade(const std::string& more = "", const std::string& protocol = "wamp.2.json") {
    accept();
    write(upgrade_of(read_request(), protocol) + more);
  }

  /// The next frame of a client: its first octet, its payload, and whether it was masked.
  struct frame {
    unsigned first = 0;
    bool masked = false;
    std::string payload;
  };

  frame read_frame() {
    auto head = read(2);
    REQUIRE(head.size() == 2);
    auto second = static_cast<unsigned char>(head[1]);
    frame f{static_cast<unsigned char>(head[0]), (second & 0x80U) != 0, ""};
    REQUIRE(f.masked);
    REQUIRE((second & 0x7FU) < 126);
    auto k = read(4);
    f.payload = read(second & 0x7FU);
    for (std::size_t i = 0; i < f.payload.size(); ++i)
      f.payload[i] = static_cast<char>(f.payload[i] ^ k[i % 4]);
    return f;
  }

private:
  asio::ip::tcp::acceptor gate_;
};

} // namespace

TEST_CASE("messages of all lengths come back, over everything that can be spoken") {
  for (auto address : {any_port(), fresh_path()}) {
    server s({}, echoing(), address);
    for (auto speaks : {websocket_url, rawsocket_url})
      for (auto f : all_formats) {
        dialer d;
        auto p = d.connect(url_of(s.address(), speaks), offering({f}));
        CHECK(p.link->wire_format() == f);
        CHECK(s.next().link->wire_format() == f);
        CHECK(p.link->transport_name() == (speaks == websocket_url ? "websocket" : "rawsocket"));
        CHECK(
            p.link->peer_name()
            == (address.path.empty() ? "tcp4:127.0.0.1:" + std::to_string(s.address().port)
                                     : "unix:" + address.path));
        std::vector<std::string> sent;
        for (std::size_t size :
             {0U, 1U, 125U, 126U, 127U, 4095U, 4096U, 65535U, 65536U, 3'000'000U}) {
          sent.push_back(pattern(size));
          CHECK(p.link->send(slice(pattern(size))) == send_result::queued);
        }
        REQUIRE(p.seen->wait_messages(sent.size()));
        CHECK(p.seen->taken() == sent);
        CHECK(d.io.counters().connected.value() == 1);
        CHECK(d.io.counters().handshake_failures.value() == 0);
      }
  }
}

TEST_CASE("every way to send arrives whole, in order, from any thread") {
  server s;
  for (auto speaks : {websocket_url, rawsocket_url}) {
    dialer d;
    auto p = d.connect(url_of(s.address(), speaks));
    auto q = s.next();
    std::vector<std::string> sent;
    auto send_all = [&] {
      for (std::size_t size : {0U, 10U, 4083U, 4095U, 4096U, 70'000U}) {
        auto text = pattern(size);
        auto body = slice(pattern(size));
        CHECK(p.link->send(std::string_view(text)) == send_result::queued);
        CHECK(p.link->send(body) == send_result::queued);
        CHECK(p.link->send_event(body) == send_result::queued);
        CHECK(p.link->send("[head", body, "tail]") == send_result::queued);
        CHECK(p.link->send("[", body, "") == send_result::queued);
        // What is shared is masked in a copy.
        CHECK(body.view() == text);
        for (int i = 0; i < 3; ++i)
          sent.push_back(text);
        sent.push_back("[head" + text + "tail]");
        sent.push_back("[" + text);
      }
    };
    send_all();
    d.there(send_all);
    REQUIRE(q.seen->wait_messages(sent.size()));
    CHECK(q.seen->taken() == sent);
    CHECK(eventually([&] { return p.link->queued_bytes() == 0; }));
  }
}

TEST_CASE("a full queue refuses or drops at the client's side, too") {
  server s({}, {}, any_port(), false); // reads nothing
  for (auto speaks : {websocket_url, rawsocket_url}) {
    dialer d;
    connector_options o;
    o.limits.write_queue = 100'000;
    auto p = d.connect(url_of(s.address(), speaks), o);
    // In one turn, so that nothing is written meanwhile.
    d.there([&] {
      send_result last{};
      for (int i = 0; i < 100 && last == send_result::queued; ++i)
        last = p.link->send(slice(pattern(30'000)));
      CHECK(last == send_result::overflow);
      CHECK(p.link->send_event(slice(pattern(30'000))) == send_result::dropped);
      CHECK(p.link->queued_bytes() <= 100'000);
      CHECK(p.link->queued_bytes() > 60'000);
    });
    CHECK(d.io.counters().events_dropped.value() == 1);
    p.link->abort();
    CHECK(p.seen->wait_closed() == close_reason::policy);
    CHECK(p.link->queued_bytes() == 0);
    CHECK(p.link->send("x") == send_result::closed);
    CHECK(p.link->send(slice(pattern(5000))) == send_result::closed);
  }
}

TEST_CASE("a rawsocket router's announced limit is kept") {
  listener_options o;
  o.limits.max_message_size = 1024;
  server s(o);
  dialer d;
  auto p = d.connect(url_of(s.address(), rawsocket_url));
  CHECK(p.link->max_send_size() == 1024);
  CHECK(p.link->send(slice(pattern(1025))) == send_result::too_big);
  connector_options small;
  small.limits.max_message_size = 600;
  d.connect(url_of(s.address(), rawsocket_url), small);
  s.next();
  CHECK(s.next().link->max_send_size() == 512);
}

TEST_CASE("closing, by either side, with the reason told to both") {
  server s;
  for (auto speaks : {websocket_url, rawsocket_url}) {
    bool ws = speaks == websocket_url;
    dialer d;
    auto p = d.connect(url_of(s.address(), speaks));
    auto q = s.next();
    p.link->send(slice(pattern(500'000)));
    p.link->close(close_reason::normal);
    CHECK(p.seen->wait_closed() == close_reason::normal);
    CHECK(q.seen->wait_closed() == close_reason::peer_closed);
    CHECK(q.seen->taken() == std::vector{pattern(500'000)});
    CHECK(q.seen->detail == (ws ? "close code 1000" : "end of stream"));
    p = d.connect(url_of(s.address(), speaks));
    q = s.next();
    q.link->send(slice(pattern(500'000)));
    q.link->close(close_reason::going_away);
    CHECK(q.seen->wait_closed() == close_reason::going_away);
    CHECK(p.seen->wait_closed() == close_reason::peer_closed);
    CHECK(p.seen->taken() == std::vector{pattern(500'000)});
    CHECK(p.seen->detail == (ws ? "close code 1001" : "end of stream"));
    CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
    CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
  }
}

TEST_CASE("pings go both ways and are answered") {
  listener_options pinging;
  pinging.limits.ping_interval = 20ms;
  pinging.limits.ping_timeout = 150ms;
  listener_options silent;
  silent.limits.ping_interval = 0ms;
  for (bool server_pings : {true, false}) {
    server s(server_pings ? pinging : silent);
    for (auto speaks : {websocket_url, rawsocket_url}) {
      dialer d;
      connector_options o;
      o.limits = server_pings ? silent.limits : pinging.limits;
      auto p = d.connect(url_of(s.address(), speaks), o);
      auto q = s.next();
      // Longer than a peer lives that does not answer.
      p.link->set_deadline(600ms);
      REQUIRE(p.seen->wait([](const record& r) { return r.deadlines == 1; }));
      CHECK(p.link->send("still here") == send_result::queued);
      CHECK(q.seen->wait_messages(1));
      CHECK(d.io.counters().bytes_in.value() > (speaks == websocket_url ? 100 : 4));
    }
  }
  fake_router r;
  dialer d;
  connector_options o;
  o.limits.ping_interval = 20ms;
  o.limits.ping_timeout = 50ms;
  auto c = d.begin(r.url(websocket_url), o);
  r.upgrade();
  auto p = d.start(c.end->wait());
  auto f = r.read_frame();
  CHECK(f.first == 0x89);
  CHECK(p.seen->wait_closed() == close_reason::timeout);
}

TEST_CASE("a router's frames: fragments, pings among them, and what came with the handshake") {
  fake_router r;
  dialer d;
  auto c = d.begin(r.url(websocket_url));
  r.upgrade("\x81\x05"
            "early"
            "\x01\x02"
            "fr"s);
  auto p = d.start(c.end->wait());
  r.write("\x89\x02hi"
          "\x00\x03"
          "agm"s);
  auto pong = r.read_frame();
  CHECK(pong.first == 0x8A);
  CHECK(pong.payload == "hi");
  r.write(
      "\x80\x04"
      "ents"s
      "\x81\x7E\x01\x00"s
      + pattern(256));
  REQUIRE(p.seen->wait_messages(3));
  CHECK(p.seen->taken() == std::vector{"early"s, "fragments"s, pattern(256)});
  CHECK(p.link->send("text") == send_result::queued);
  auto text = r.read_frame();
  CHECK(text.first == 0x81);
  CHECK(text.payload == "text");
  r.write("\x88\x02\x0F\xA1"s);
  auto goodbye = r.read_frame();
  CHECK(goodbye.first == 0x88);
  CHECK(goodbye.payload == "\x0F\xA1");
  CHECK(p.seen->wait_closed() == close_reason::peer_closed);
  CHECK(p.seen->detail == "close code 4001");
  CHECK(r.read_all().empty());
}

TEST_CASE("a router that masks its frames, or breaks another rule, is told by a close frame") {
  for (const auto& bytes :
       {"\x81\x81"
        "abcdx"s,
        "\x89\x80"
        "abcd"s,
        "\x82\x01x"s, "\xC1\x01x"s}) {
    fake_router r;
    dialer d;
    auto c = d.begin(r.url(websocket_url));
    r.upgrade();
    auto p = d.start(c.end->wait());
    r.write(bytes);
    auto goodbye = r.read_frame();
    CHECK(goodbye.first == 0x88);
    CHECK(goodbye.payload == "\x03\xEA"); // 1002
    CHECK(p.seen->wait_closed() == close_reason::protocol_error);
  }
}

TEST_CASE("the request says what is wished, with a key of its own") {
  fake_router r;
  dialer d;
  auto url = r.url(websocket_url);
  url.target = "/my/path?x=1%20";
  connector_options o;
  o.formats = {format::cbor, format::json, format::msgpack};
  o.user_agent = "somebody/1.0";
  o.http_headers = {
      {"X-Token", "a b; c"},
      {"Origin", "http://here"},
      // These are not for the user to say.
      {"Upgrade", "h2c"},
      {"Sec-WebSocket-Key", "mine"},
      {"Content-Length", "9"},
      {"Sec-WebSocket-Extensions", "permessage-deflate"}};
  std::set<std::string> keys;
  for (int i = 0; i < 3; ++i) {
    auto c = d.begin(url, o);
    r.accept();
    auto request = r.read_request();
    CHECK(request.starts_with("GET /my/path?x=1%20 HTTP/1.1\r\n"));
    auto value = [&](const std::string& name) { return fake_router::value_of(request, name); };
    CHECK(value("Host") == "127.0.0.1:" + std::to_string(url.port));
    CHECK(value("Upgrade") == "websocket");
    CHECK(value("Connection") == "Upgrade");
    CHECK(value("Sec-WebSocket-Version") == "13");
    CHECK(value("Sec-WebSocket-Protocol") == "wamp.2.cbor, wamp.2.json, wamp.2.msgpack");
    CHECK(value("User-Agent") == "somebody/1.0");
    CHECK(value("X-Token") == "a b; c");
    CHECK(value("Origin") == "http://here");
    CHECK(request.find("Extensions") == std::string::npos);
    CHECK(request.find("Content-Length") == std::string::npos);
    auto k = value("Sec-WebSocket-Key");
    CHECK(k.size() == 24);
    CHECK(k.ends_with("=="));
    keys.insert(k);
    r.write(fake_router::upgrade_of(request, "wamp.2.msgpack"));
    auto connected = c.end->wait();
    REQUIRE(connected.has_value());
    CHECK((*connected)->wire_format() == format::msgpack);
    CHECK(c.end->calls() == 1);
  }
  CHECK(keys.size() == 3);
}

TEST_CASE("batches are offered first, if they are wished, and the router chooses") {
  fake_router r;
  dialer d;
  auto o = offering({format::cbor, format::json});
  o.batched = true;
  for (std::string chosen : {"wamp.2.json.batched", "wamp.2.json"}) {
    auto c = d.begin(r.url(websocket_url), o);
    r.accept();
    auto request = r.read_request();
    CHECK(
        fake_router::value_of(request, "Sec-WebSocket-Protocol")
        == "wamp.2.cbor.batched, wamp.2.json.batched, wamp.2.cbor, wamp.2.json");
    r.write(fake_router::upgrade_of(request, chosen));
    bool batched = chosen.ends_with(".batched");
    r.write(
        batched ? "\x81\x06[1]\x1E"
                  "9\x1E"
                : "\x81\x03[1]");
    auto p = d.start(c.end->wait());
    CHECK(p.link->wire_format() == format::json);
    REQUIRE(p.seen->wait_messages(batched ? 2 : 1));
    CHECK(p.seen->taken().front() == "[1]");
  }
  o.batched = false;
  auto c = d.begin(r.url(websocket_url), o);
  r.accept();
  auto request = r.read_request();
  r.write(fake_router::upgrade_of(request, "wamp.2.json.batched"));
  CHECK(
      d.reason(r.url(websocket_url), c)
      == "the router chose the subprotocol \"wamp.2.json.batched\", which was not offered");
}

TEST_CASE("an answer that is no upgrade to WAMP is refused, and why") {
  using make = std::function<std::string(const std::string&)>;
  struct row {
    make answer;
    std::string why;
  };
  auto changed = [](std::string what, std::string to) -> make {
    return [=](const std::string& request) {
      auto answer = fake_router::upgrade_of(request, "wamp.2.json");
      auto at = answer.find(what);
      REQUIRE(at != std::string::npos);
      return answer.replace(at, what.size(), to);
    };
  };
  auto plain = [](std::string text) -> make { return [=](const std::string&) { return text; }; };
  const std::string no_upgrade = "the answer does not upgrade to a WebSocket";
  const std::string wrong_key = "the answer is to another request (Sec-WebSocket-Accept is wrong)";
  const std::string no_http = "what answers there is no HTTP server";
  for (const auto& r : {
           row{changed("Accept: ", "Accept: x"), wrong_key},
           row{changed("Sec-WebSocket-Accept", "X-Accept"), wrong_key},
           row{changed("\r\n\r\n", "\r\nSec-WebSocket-Accept: x\r\n\r\n"), wrong_key},
           row{changed("Upgrade: WebSocket", "Upgrade: h2c"), no_upgrade},
           row{changed("Upgrade: WebSocket\r\n", ""), no_upgrade},
           row{changed("keep-alive, upgrade", "keep-alive"), no_upgrade},
           row{changed("HTTP/1.1", "HTTP/1.0"), no_upgrade},
           row{changed("Sec-WebSocket-Protocol: wamp.2.json\r\n", ""),
               "the router chose no subprotocol: it may not speak WAMP"},
           row{changed("wamp.2.json", "wamp.2.cbor"),
               "the router chose the subprotocol \"wamp.2.cbor\", which was not offered"},
           row{changed("wamp.2.json", "mq\ttt\xFF"),
               "the router chose the subprotocol \"mq?tt?\", which was not offered"},
           row{changed("\r\n\r\n", "\r\nSec-WebSocket-Protocol: wamp.2.json\r\n\r\n"),
               "the router chose the subprotocol \"wamp.2.json\", which was not offered"},
           row{changed("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
               "the router chose an extension that was not offered"},
           row{plain("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope"),
               "the WebSocket was refused with status 404 \"Not Found\""},
           row{plain("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
               "the WebSocket was refused with status 200 \"OK\""},
           row{plain("HTTP/1.1 503 \r\n\r\n"),
               "the WebSocket was refused with status 503 \"Service Unavailable\""},
           row{plain("\x7F\xF1\0\0 garbage\r\n\r\n"s), no_http},
           row{plain("220 mail.example.org ESMTP\r\n"), no_http},
           row{plain("HTTP/1.1 101 X\r\nX: " + std::string(9000, 'x')),
               "the answer's header is too large"},
       }) {
    fake_router f;
    dialer d;
    CAPTURE(r.why);
    auto url = f.url(websocket_url);
    auto c = d.begin(url, offering({format::json, format::msgpack}));
    f.accept();
    f.write(r.answer(f.read_request()));
    CHECK(d.reason(url, c) == r.why);
    CHECK(f.read_all().empty()); // and the socket is closed
    CHECK(d.io.counters().handshake_failures.value() == 1);
    f.socket.close();
    CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
  }
}

TEST_CASE("an answer may come octet by octet") {
  fake_router r;
  dialer d;
  auto c = d.begin(r.url(websocket_url));
  r.accept();
  for (auto octet : fake_router::upgrade_of(r.read_request(), "wamp.2.json") + "\x81\x01x")
    r.write(std::string(1, octet));
  auto p = d.start(c.end->wait());
  CHECK(p.seen->wait_messages(1));
  auto raw = d.begin(r.url(rawsocket_url));
  r.accept();
  CHECK(r.read(4) == "\x7F\xF1\0\0"s);
  for (auto octet : "\x7F\x01\0\0\0\0\0\1y"s)
    r.write(std::string(1, octet));
  auto q = d.start(raw.end->wait());
  CHECK(q.link->max_send_size() == 512);
  CHECK(q.seen->wait_messages(1));
}

TEST_CASE("a rawsocket answer that is none, or an error, is told") {
  struct row {
    std::string answer;
    std::string why;
  };
  const std::string refused = "the RawSocket was refused: ";
  for (const auto& r : {
           row{"\x7F\x10\0\0"s, refused + "serializer unsupported (error 1)"},
           row{"\x7F\x20\0\0"s, refused + "maximum message length unacceptable (error 2)"},
           row{"\x7F\x30\0\0"s, refused + "use of reserved bits (error 3)"},
           row{"\x7F\x40\0\0"s, refused + "maximum connection count reached (error 4)"},
           row{"\x7F\x50\0\0"s, refused + "unknown reason (error 5)"},
           row{"\x7F\0\0\0"s, refused + "unknown reason (error 0)"},
           row{"\x7F\xF1\0\0"s, "the router chose a serializer that was not asked for"},
           row{"\x7F\xF3\1\0"s, "the RawSocket answer has reserved bits set"},
           row{"\x7F\xF3\0\1"s, "the RawSocket answer has reserved bits set"},
           row{"HTTP/1.1 400 Bad Request\r\n\r\n", "what answers there does not speak RawSocket"},
           row{"H", "what answers there does not speak RawSocket"},
       }) {
    fake_router f;
    dialer d;
    CAPTURE(r.why);
    auto url = f.url(rawsocket_url);
    auto c = d.begin(url, offering({format::cbor}));
    f.accept();
    CHECK(f.read(4) == "\x7F\xF3\0\0"s);
    f.write(r.answer);
    CHECK(d.reason(url, c) == r.why);
    CHECK(f.read_all().empty());
  }
}

TEST_CASE("rawsocket asks for the next format when the router does not know one") {
  listener_options o;
  o.formats = {format::cbor};
  server s(o, echoing());
  dialer d;
  auto url = url_of(s.address(), rawsocket_url);
  auto p = d.connect(url, offering({format::json, format::msgpack, format::cbor}));
  CHECK(p.link->wire_format() == format::cbor);
  p.link->send("x");
  CHECK(p.seen->wait_messages(1));
  CHECK(s.io.counters().accepted.value() == 3);
  CHECK(eventually([&] { return d.io.counters().open.value() == 1; }));
  CHECK(
      d.refusal(url, offering({format::msgpack, format::json}))
      == "the RawSocket was refused: serializer unsupported (error 1)");
  CHECK(s.io.counters().accepted.value() == 5);
  // Other errors are final.
  fake_router f;
  auto c = d.begin(f.url(rawsocket_url));
  f.accept();
  f.write("\x7F\x40\0\0"s);
  CHECK(!c.end->wait().has_value());
  CHECK(f.read(100).size() == 4);
}

TEST_CASE("our listener's refusals are told") {
  listener_options o;
  o.max_connections = 1;
  o.formats = {format::json};
  server s(o);
  dialer d;
  auto url = url_of(s.address(), websocket_url);
  CHECK(
      d.refusal(url, offering({format::cbor}))
      == "the WebSocket was refused with status 400 \"Bad Request\"");
  auto elsewhere = url;
  elsewhere.target = "/elsewhere";
  CHECK(d.refusal(elsewhere) == "the WebSocket was refused with status 404 \"Not Found\"");
  CHECK(eventually([&] { return s.gate->open_connections() == 0; }));
  d.connect(url);
  CHECK(d.refusal(url) == "the WebSocket was refused with status 503 \"Service Unavailable\"");
  CHECK(
      d.refusal(url_of(s.address(), rawsocket_url))
      == "the RawSocket was refused: maximum connection count reached (error 4)");
}

TEST_CASE("nobody there, no such name, nothing that can be asked for") {
  dialer d;
  std::uint16_t free_port = 0;
  {
    server gone;
    free_port = gone.address().port;
  }
  auto port = std::to_string(free_port);
  CHECK(
      d.refusal(parsed("ws://127.0.0.1:" + port + "/"))
      == "tcp4:127.0.0.1:" + port + ": Connection refused");
  CHECK(d.refusal(parsed("tcp://[::1]:" + port)).starts_with("tcp6:[::1]:" + port + ": "));
  CHECK(d.refusal(parsed("unix:/nonexistent/socket")) == "No such file or directory");
  // No server needs to be asked for this.
  CHECK(d.refusal(parsed("ws://no..such..name/")).starts_with("can not look the name up: "));
  CHECK(d.refusal(parsed("ws://127.0.0.1/"), offering({})) == "there is no serialization to offer");
  CHECK(d.refusal(router_url{}) == "this is no address of a router");
  for (auto bad : {std::pair{"A b", "x"}, {"A", "x\r\nB: y"}, {"", "x"}, {"A:", "x"}}) {
    connector_options o;
    o.http_headers = {{bad.first, bad.second}};
    CHECK(
        d.refusal(parsed("ws://127.0.0.1/"), o)
        == "\"" + std::string(bad.first) + "\" can not be sent as an HTTP header");
  }
  connector_options agent;
  agent.user_agent = "a\nb";
  CHECK(
      d.refusal(parsed("ws://127.0.0.1/"), agent)
      == "the user agent can not be sent as an HTTP header");
  // A query may hold a secret.
  auto c = d.begin(parsed("ws://127.0.0.1:" + port + "/ws?token=secret"));
  CHECK(
      c.end->wait().error()
      == "can not connect to ws://127.0.0.1:" + port + "/ws: tcp4:127.0.0.1:" + port
             + ": Connection refused");
}

TEST_CASE("whoever closes during the handshake, or is silent, is given up") {
  dialer d;
  for (auto speaks : {websocket_url, rawsocket_url})
    for (std::string_view part : {"", "\x7F", "HTTP/1.1 101 Swi"}) {
      if (speaks == websocket_url && part == "\x7F")
        continue;
      if (speaks == rawsocket_url && part.size() > 1)
        continue;
      fake_router r;
      auto url = r.url(speaks);
      auto c = d.begin(url);
      r.accept();
      r.write(part);
      r.socket.shutdown(client_socket::shutdown_send);
      CHECK(d.reason(url, c) == "the connection was closed during the handshake");
      r.socket.close();
      fake_router silent;
      auto began = std::chrono::steady_clock::now();
      url = silent.url(speaks);
      auto waiting = d.begin(url, within(100ms));
      silent.accept();
      silent.write(part);
      CHECK(d.reason(url, waiting) == "no answer within 100 ms, during the handshake");
      CHECK(std::chrono::steady_clock::now() - began >= 100ms);
      silent.read_all();
    }
  CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
}

namespace {

/// A port whose backlog is full: the kernel does not answer there.
class deaf_port {
public:
  deaf_port() : gate_(context_) {
    asio::ip::tcp::endpoint any(asio::ip::address_v4::loopback(), 0);
    gate_.open(any.protocol());
    gate_.bind(any);
    gate_.listen(0);
    first_.emplace(context_);
    first_->connect(gate_.local_endpoint());
  }

  router_url url() const {
    return parsed("ws://127.0.0.1:" + std::to_string(gate_.local_endpoint().port()) + "/");
  }

private:
  asio::io_context context_;
  asio::ip::tcp::acceptor gate_;
  std::optional<asio::ip::tcp::socket> first_;
};

} // namespace

TEST_CASE("an address that does not answer at all is given up") {
  deaf_port deaf;
  dialer d;
  CHECK(d.refusal(deaf.url(), within(100ms)) == "no answer within 100 ms, while connecting");
  CHECK(d.io.counters().connected.value() == 0);
}

namespace {

/// Says that `router.test` has these addresses, in this order.
connector_options resolving(std::vector<std::string> addresses, std::uint16_t port) {
  connector_options o;
  o.resolve = [=](const std::string& host, std::uint16_t asked) -> lookup_result {
    CHECK(host == "router.test");
    CHECK(asked == port);
    std::vector<socket_address> all;
    for (const auto& a : addresses)
      all.push_back(*read_address(a, asked));
    return all;
  };
  return o;
}

} // namespace

TEST_CASE("a name's addresses are tried in turn") {
  server s({}, echoing());
  dialer d;
  auto port = std::to_string(s.address().port);
  for (auto speaks : {"ws://", "tcp://"}) {
    auto url = parsed(speaks + "router.test:"s + port);
    // Nobody listens on the others.
    auto p = d.connect(url, resolving({"127.0.0.2", "::1", "127.0.0.1"}, s.address().port));
    CHECK(p.link->peer_name() == "tcp4:127.0.0.1:" + port);
    p.link->send("x");
    CHECK(p.seen->wait_messages(1));
    auto none = d.refusal(url, resolving({"127.0.0.2", "127.0.0.3"}, s.address().port));
    CHECK(
        none
        == "tcp4:127.0.0.2:" + port + ": Connection refused; tcp4:127.0.0.3:" + port
               + ": Connection refused");
  }
  CHECK(d.io.counters().connected.value() == 2);
}

TEST_CASE("an address that does not answer leaves time for those behind it") {
  deaf_port deaf;
  auto port = deaf.url().port;
  server s({}, {}, {listen_address::kind::tcp, "127.0.0.2", port, ""});
  dialer d;
  auto o = resolving({"127.0.0.1", "127.0.0.2"}, port);
  o.limits.handshake_timeout = 600ms;
  auto began = std::chrono::steady_clock::now();
  auto p = d.connect(parsed("ws://router.test:" + std::to_string(port)), o);
  CHECK(p.link->peer_name() == "tcp4:127.0.0.2:" + std::to_string(port));
  CHECK(std::chrono::steady_clock::now() - began >= 300ms);
}

TEST_CASE("a name that is looked up for too long is given up") {
  dialer d;
  std::promise<void> go_on;
  connector_options o = within(50ms);
  o.resolve = [wait = go_on.get_future().share()](const std::string&, std::uint16_t) {
    wait.wait();
    return lookup_result(tl::unexpected("too late"s));
  };
  auto url = parsed("ws://router.test/");
  auto c = d.begin(url, o);
  CHECK(d.reason(url, c) == "no answer within 50 ms, while the name was looked up");
  // The io thread does other things meanwhile.
  auto other = d.begin(url, o);
  d.there([] {});
  other.connecting->cancel();
  go_on.set_value();
  CHECK(other.end->calls() == 0);
  CHECK(c.end->calls() == 1);
}

TEST_CASE("cancelled attempts are silent, whatever they wait for") {
  dialer d;
  std::vector<dialer::call> cancelled;
  auto cancel = [&](dialer::call c) {
    c.connecting->cancel();
    c.connecting->cancel();
    cancelled.push_back(std::move(c));
  };
  SUBCASE("before anything") {
    server s;
    d.there([&] { cancel(d.begin(url_of(s.address(), websocket_url))); });
    d.there([] {});
    CHECK(s.io.counters().accepted.value() == 0);
  }
  SUBCASE("while the name is looked up") {
    std::promise<void> asked;
    std::promise<void> answer;
    std::promise<void> gone;
    connector_options o;
    o.resolve = [&](const std::string&, std::uint16_t) {
      asked.set_value();
      answer.get_future().wait();
      gone.set_value();
      return lookup_result(tl::unexpected("too late"s));
    };
    auto c = d.begin(parsed("ws://router.test/"), o);
    asked.get_future().wait();
    cancel(std::move(c));
    answer.set_value();
    gone.get_future().wait();
  }
  SUBCASE("while connecting") {
    deaf_port deaf;
    auto c = d.begin(deaf.url(), within(300ms));
    d.there([] {});
    cancel(std::move(c));
    d.refusal(deaf.url(), within(300ms)); // would have been told before this one
  }
  SUBCASE("during the handshake") {
    for (auto speaks : {websocket_url, rawsocket_url})
      for (bool on_thread : {true, false}) {
        fake_router r;
        auto c = d.begin(r.url(speaks), within(300ms));
        r.accept();
        REQUIRE(!r.read(4).empty());
        if (on_thread)
          d.there([&] { cancel(std::move(c)); });
        else
          cancel(std::move(c));
        r.read_all();
        CHECK(r.last_error.failed());
      }
  }
  SUBCASE("by forgetting the connector") {
    fake_router r;
    auto c = d.begin(r.url(rawsocket_url));
    r.accept();
    c.connecting.reset();
    CHECK(r.read_all().size() <= 4);
    cancelled.push_back(std::move(c));
  }
  CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
  d.there([] {});
  for (auto& c : cancelled)
    CHECK(c.end->calls() == 0);
}

TEST_CASE("cancelling after the end changes nothing, also from inside the callback") {
  server s({}, echoing());
  dialer d;
  auto url = url_of(s.address(), websocket_url);
  auto c = d.begin(url);
  auto p = d.start(c.end->wait());
  c.connecting->cancel();
  c.connecting.reset();
  p.link->send("x");
  CHECK(p.seen->wait_messages(1));
  CHECK(c.end->calls() == 1);
  // The callback may destroy its connector, and thereby itself.
  for (const auto& to : {url, parsed("unix:/nonexistent/socket")}) {
    std::unique_ptr<connector> self;
    auto end = std::make_shared<ending>();
    d.there([&] {
      self = std::make_unique<connector>(d.io, to, connector_options{}, [&, end](auto r) {
        self.reset();
        end->set(std::move(r));
      });
    });
    auto r = end->wait();
    CHECK(r.has_value() == (to == url));
    CHECK(end->calls() == 1);
    CHECK(end->thread() != std::this_thread::get_id());
  }
}

TEST_CASE("an attempt ends with its io thread, and is told so") {
  auto end = std::make_shared<ending>();
  auto tell = [end](connector::result r) { end->set(std::move(r)); };
  fake_router r;
  std::unique_ptr<connector> c;
  SUBCASE("during the handshake") {
    dialer d;
    c = std::make_unique<connector>(d.io, r.url(websocket_url), connector_options{}, tell);
    r.accept();
    r.read_request();
  }
  SUBCASE("before it ran") {
    io_thread io;
    c = std::make_unique<connector>(io, r.url(websocket_url), connector_options{}, tell);
  }
  SUBCASE("when all its connections are closed") {
    dialer d;
    c = std::make_unique<connector>(d.io, r.url(websocket_url), connector_options{}, tell);
    r.accept();
    r.read_request();
    CHECK(d.io.close_connections(close_reason::going_away, 30s));
    CHECK(
        end->wait().error()
        == "can not connect to " + r.url(websocket_url).to_string()
               + ": the io thread closes its connections");
  }
  CHECK(!end->wait().has_value());
  CHECK(end->calls() == 1);
}

TEST_CASE("a connection that nobody starts is cut off") {
  server s;
  dialer d;
  auto c = d.begin(url_of(s.address(), websocket_url), within(100ms));
  auto r = c.end->wait();
  REQUIRE(r.has_value());
  s.next().seen->wait_closed();
  CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
}
