// The HTTP long-poll transport over real sockets, request by request.
#include <boost/beast/http.hpp>

#include "loopback.hpp"

using namespace wamp;
using namespace wamp::testing;
namespace http = boost::beast::http;

namespace {

listener_options with_long_poll() {
  listener_options o;
  o.long_poll_path = "/lp";
  return o;
}

reactions echo() {
  reactions r;
  r.echo = true;
  return r;
}

struct reply {
  unsigned status = 0;
  std::string body;
  bool keep_alive = false;
  http::response<http::string_body> whole;
};

/// A keep-alive socket.
class http_client : public client {
public:
  using client::client;

  static std::string
  text(std::string_view path, std::string_view body = "", std::string_view more = "") {
    std::string s("POST ");
    s.append(path).append(" HTTP/1.1\r\nHost: x\r\n").append(more);
    s.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
    return s.append(body);
  }

  reply read_reply() {
    http::response<http::string_body> r;
    last_error = run([&](auto done) { http::async_read(socket, buffer_, r, done); }).first;
    if (last_error)
      return {};
    return {r.result_int(), r.body(), r.keep_alive(), r};
  }

  reply post(std::string_view path, std::string_view body = "") {
    write(text(path, body));
    return read_reply();
  }

  /// Opens a transport; its path.
  std::string open(std::string_view protocol = "wamp.2.json") {
    auto r = post("/lp/open", "{\"protocols\":[\"" + std::string(protocol) + "\"]}");
    REQUIRE(r.status == 200);
    CHECK(r.whole[http::field::content_type] == "application/json");
    auto begin = "{\"protocol\":\"" + std::string(protocol) + "\",\"transport\":\"";
    REQUIRE(r.body.starts_with(begin));
    REQUIRE(r.body.ends_with("\"}"));
    auto id = r.body.substr(begin.size(), r.body.size() - begin.size() - 2);
    CHECK(id.size() == 32);
    return "/lp/" + id;
  }

  /// A request whose answer may be long in coming.
  void begin_receive(const std::string& path) { write(text(path + "/receive")); }

private:
  beast::flat_buffer buffer_;
};

/// The end of the connection behind `p`.
void check_ends(const peer& p, close_reason reason) {
  CHECK(p.seen->wait_closed() == reason);
  CHECK(p.seen->after_end == 0);
  CHECK(p.link->send("x") == send_result::closed);
}

} // namespace

TEST_CASE("long-poll: messages both ways") {
  server s(with_long_poll());
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  CHECK(p.link->transport_name() == "longpoll");
  CHECK(p.link->wire_format() == format::json);
  CHECK(p.link->peer_name().starts_with("tcp4:127.0.0.1:"));
  CHECK(c.post(path + "/send", "[1]").status == 202);
  CHECK(c.post(path + "/send?x=1", "[2]").status == 202);
  REQUIRE(p.seen->wait_messages(2));
  CHECK(p.seen->taken() == std::vector<std::string>{"[1]", "[2]"});

  CHECK(p.link->send("[3]") == send_result::queued);
  CHECK(p.link->send("[", slice(std::string("4")), "]") == send_result::queued);
  CHECK(p.link->send_event(slice(std::string("[5]"))) == send_result::queued);
  for (auto expected : {"[3]", "[4]", "[5]"}) {
    auto r = c.post(path + "/receive?x=" + expected);
    CHECK(r.status == 200);
    CHECK(r.body == expected);
    CHECK(r.whole[http::field::content_type] == "application/json");
    CHECK(r.keep_alive);
  }
  CHECK(p.link->queued_bytes() == 0);
}

TEST_CASE("long-poll: a request hangs until there is a message, from any thread") {
  server s(with_long_poll());
  http_client c(s.address()), other(s.address());
  auto path = c.open("wamp.2.cbor");
  auto p = s.next();
  CHECK(p.link->wire_format() == format::cbor);
  c.begin_receive(path);
  CHECK(other.post(path + "/send", "x").status == 202);
  p.link->send("first");
  p.link->send("second");
  auto r = c.read_reply();
  CHECK(r.status == 200);
  CHECK(r.body == "first");
  CHECK(r.whole[http::field::content_type] == "application/octet-stream");
  CHECK(other.post(path + "/receive").body == "second");
}

TEST_CASE("long-poll: batches both ways") {
  server s(with_long_poll());
  http_client c(s.address());
  auto path = c.open("wamp.2.json.batched");
  auto p = s.next();
  CHECK(p.link->wire_format() == format::json);
  CHECK(c.post(path + "/send", "[1]\x1E[2]\x1E").status == 202);
  REQUIRE(p.seen->wait_messages(2));
  p.link->send("[3]");
  p.link->send("[4]");
  auto r = c.post(path + "/receive");
  CHECK(r.body == "[3]\x1E[4]\x1E");
  CHECK(r.whole[http::field::content_type] == "application/octet-stream");
  // Of a batch that is wrong, nothing is taken.
  CHECK(c.post(path + "/send", "[5]\x1E[6]").status == 400);
  CHECK(c.post(path + "/send", "").status == 400);
  CHECK(c.post(path + "/send", "[7]\x1E").status == 202);
  CHECK(p.seen->taken() == std::vector<std::string>{"[1]", "[2]", "[7]"});
}

TEST_CASE("long-poll: binary batches") {
  using namespace std::string_literals;
  server s(with_long_poll(), echo());
  http_client c(s.address());
  auto path = c.open("wamp.2.msgpack.batched");
  auto batch = "\0\0\0\1a\0\0\0\3bcd"s;
  CHECK(c.post(path + "/send", batch).status == 202);
  CHECK(c.post(path + "/receive").body == batch);
  CHECK(c.post(path + "/send", batch + '\0').status == 400);
}

TEST_CASE("long-poll: nothing comes, so ask again") {
  auto o = with_long_poll();
  o.long_poll_wait = 50ms;
  server s(o);
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  auto r = c.post(path + "/receive");
  CHECK(r.status == 204);
  CHECK(r.body.empty());
  CHECK(r.whole.find(http::field::content_length) == r.whole.end());
  p.link->send("[1]");
  CHECK(c.post(path + "/receive").body == "[1]");
}

TEST_CASE("long-poll: of two that hang the first is sent away") {
  server s(with_long_poll());
  http_client c(s.address()), other(s.address());
  auto path = c.open();
  auto p = s.next();
  c.begin_receive(path);
  other.begin_receive(path);
  // Which came first is the server's to say.
  auto* loser = &c;
  auto* winner = &other;
  if (!eventually([&] { return c.socket.available() > 0 || other.socket.available() > 0; }))
    FAIL("none was answered");
  if (other.socket.available() > 0)
    std::swap(loser, winner);
  CHECK(loser->read_reply().status == 204);
  p.link->send("[1]");
  CHECK(winner->read_reply().body == "[1]");
}

TEST_CASE("long-poll: a socket that ends while it hangs loses no message") {
  server s(with_long_poll());
  http_client c(s.address());
  std::string path;
  {
    http_client first(s.address());
    path = first.open();
    first.begin_receive(path);
    CHECK(c.post(path + "/send", "x").status == 202);
  }
  auto p = s.next();
  REQUIRE(eventually([&] { return s.io.counters().open.value() == 1; }));
  p.link->send("[1]");
  CHECK(c.post(path + "/receive").body == "[1]");
}

TEST_CASE("long-poll: requests in a row on one socket are answered in order") {
  server s(with_long_poll(), echo());
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  c.write(
      http_client::text(path + "/send", "[1]") + http_client::text(path + "/receive")
      + http_client::text(path + "/nowhere") + http_client::text(path + "/send", "[2]")
      + http_client::text(path + "/receive"));
  CHECK(c.read_reply().status == 202);
  CHECK(c.read_reply().body == "[1]");
  CHECK(c.read_reply().status == 404);
  CHECK(c.read_reply().status == 202);
  CHECK(c.read_reply().body == "[2]");
}

TEST_CASE("long-poll: HTTP/1.0, and clients that want the socket closed") {
  server s(with_long_poll());
  http_client c(s.address());
  auto path = c.open();
  for (auto first :
       {"POST " + path + "/send HTTP/1.0\r\nContent-Length: 1\r\n\r\n1",
        http_client::text(path + "/send", "2", "Connection: close\r\n")}) {
    http_client once(s.address());
    once.write(first);
    auto r = once.read_reply();
    CHECK(r.status == 202);
    CHECK_FALSE(r.keep_alive);
    CHECK(once.read_all().empty());
  }
}

TEST_CASE("long-poll: what is not served") {
  auto o = with_long_poll();
  o.formats = {format::json};
  server s(o);
  http_client c(s.address());
  auto path = c.open();
  CHECK(c.post("/lp/open", "").status == 400);
  CHECK(c.post("/lp/open", "{\"protocols\":[]}").status == 400);
  CHECK(c.post("/lp/open", R"({"protocols":["wamp.2.cbor","x"]})").status == 400);
  CHECK(c.post("/lp/open", std::string(5000, ' ')).status == 400);
  CHECK(c.post(path + "/send", "").status == 400);
  CHECK(c.post(path + "/nowhere").status == 404);
  CHECK(c.post(path).status == 404);
  CHECK(c.post("/lp/").status == 404);
  CHECK(c.post("/lp/0123456789abcdef0123456789abcdef/receive").status == 404);
  CHECK(c.post("/lp/x/receive").status == 404);
  CHECK(c.post("/lpx/open").status == 404);
  c.write("GET " + path + "/receive HTTP/1.1\r\n\r\n");
  auto r = c.read_reply();
  CHECK(r.status == 405);
  CHECK(r.whole[http::field::allow] == "POST");
  c.write("nonsense\r\n\r\n");
  r = c.read_reply();
  CHECK(r.status == 400);
  CHECK_FALSE(r.keep_alive);
  CHECK(c.read_all().empty());
  // All that took nothing from the transport.
  http_client again(s.address());
  CHECK(again.post(path + "/send", "x").status == 202);
}

TEST_CASE("long-poll: is off unless it has a path") {
  server s;
  http_client c(s.address());
  CHECK(c.post("/lp/open", R"({"protocols":["wamp.2.json"]})").status == 404);
}

TEST_CASE("long-poll: the first request of a socket may be large") {
  server s(with_long_poll());
  http_client c(s.address()), other(s.address());
  auto path = c.open();
  auto p = s.next();
  const std::string large(5'000'000, 'x');
  CHECK(other.post(path + "/send", large).status == 202);
  CHECK(p.seen->taken() == std::vector<std::string>{large});
}

TEST_CASE("long-poll: a body over the limit") {
  auto o = with_long_poll();
  o.limits.max_message_size = 1000;
  server s(o);
  http_client c(s.address());
  auto path = c.open();
  CHECK(c.post(path + "/send", std::string(1000, 'x')).status == 202);
  CHECK(c.post(path + "/send", std::string(1001, 'x')).status == 413);
  auto r = c.post(path + "/send", std::string(100'000, 'x'));
  CHECK(r.status == 413);
  CHECK_FALSE(r.keep_alive);
}

TEST_CASE("long-poll: the session closes, and the client may fetch what is queued") {
  server s(with_long_poll());
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  p.link->send("[1]");
  p.link->send("[2]");
  p.link->close(close_reason::normal);
  CHECK(c.post(path + "/send", "late").status == 404);
  CHECK(c.post(path + "/receive").body == "[1]");
  CHECK(c.post(path + "/receive").body == "[2]");
  CHECK(c.post(path + "/receive").status == 404);
  check_ends(p, close_reason::normal);
  CHECK(p.seen->taken().empty());
}

TEST_CASE("long-poll: the session closes while a request hangs") {
  server s(with_long_poll());
  http_client c(s.address()), other(s.address());
  auto path = c.open();
  auto p = s.next();
  c.begin_receive(path);
  CHECK(other.post(path + "/send", "x").status == 202);
  p.link->close(close_reason::normal);
  CHECK(c.read_reply().status == 404);
  check_ends(p, close_reason::normal);
}

TEST_CASE("long-poll: what nobody fetches is given up") {
  auto o = with_long_poll();
  o.limits.close_timeout = 50ms;
  server s(o);
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  p.link->send("[1]");
  p.link->close(close_reason::normal);
  check_ends(p, close_reason::normal);
  CHECK(c.post(path + "/receive").status == 404);
}

TEST_CASE("long-poll: the client closes") {
  server s(with_long_poll());
  http_client c(s.address()), other(s.address());
  auto path = c.open();
  auto p = s.next();
  p.link->send("[1]");
  CHECK(c.post(path + "/receive").body == "[1]");
  c.begin_receive(path);
  CHECK(other.post(path + "/close").status == 202);
  CHECK(c.read_reply().status == 404);
  check_ends(p, close_reason::peer_closed);
  CHECK(other.post(path + "/close").status == 404);
}

TEST_CASE("long-poll: a client that asks no more is given up, one that hangs is not") {
  auto o = with_long_poll();
  o.limits.ping_interval = 100ms;
  o.limits.ping_timeout = 100ms;
  server s(o);
  http_client c(s.address()), silent(s.address());
  auto path = c.open();
  auto p = s.next();
  c.begin_receive(path);
  auto silent_path = silent.open();
  auto gone = s.next();
  check_ends(gone, close_reason::timeout);
  // The socket that is idle ends, too.
  CHECK(silent.read_all().empty());
  p.link->send("[1]");
  CHECK(c.read_reply().body == "[1]");
}

TEST_CASE("long-poll: nobody has started it") {
  auto o = with_long_poll();
  o.limits.handshake_timeout = 100ms;
  server s(o, {}, any_port(), false);
  http_client c(s.address()), other(s.address());
  auto path = c.open();
  auto p = s.next();
  c.begin_receive(path);
  CHECK(c.read_reply().status == 404);
  p.link->start(s.handler(p));
  check_ends(p, close_reason::timeout);
}

TEST_CASE("long-poll: who brings a message waits while the session does not read") {
  server s(with_long_poll());
  http_client c(s.address()), other(s.address());
  auto path = c.open();
  auto p = s.next();
  p.link->pause_reading();
  c.write(http_client::text(path + "/send", "[1]"));
  p.link->send("[2]");
  CHECK(other.post(path + "/receive").body == "[2]");
  CHECK(p.seen->taken().empty());
  p.link->resume_reading();
  CHECK(c.read_reply().status == 202);
  CHECK(p.seen->taken() == std::vector<std::string>{"[1]"});
}

TEST_CASE("long-poll: who goes away before the session reads takes the message along") {
  server s(with_long_poll());
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  p.link->pause_reading();
  {
    http_client gone(s.address());
    gone.write(http_client::text(path + "/send", "[1]"));
    REQUIRE(eventually([&] { return s.io.counters().messages_in.value() == 2; }));
  }
  REQUIRE(eventually([&] { return s.io.counters().open.value() == 1; }));
  p.link->resume_reading();
  CHECK(c.post(path + "/send", "[2]").status == 202);
  CHECK(p.seen->taken() == std::vector<std::string>{"[2]"});
}

TEST_CASE("long-poll: a deadline of the session") {
  server s(with_long_poll());
  http_client c(s.address());
  c.open();
  auto p = s.next();
  p.link->set_deadline(20ms);
  CHECK(p.seen->wait([](const record& r) { return r.deadlines == 1; }));
}

TEST_CASE("long-poll: a full queue") {
  auto o = with_long_poll();
  o.limits.write_queue = 1000;
  server s(o);
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  const std::string large(800, 'x');
  CHECK(p.link->send(large) == send_result::queued);
  CHECK(p.link->send(large) == send_result::overflow);
  CHECK(p.link->send_event(slice(large)) == send_result::dropped);
  CHECK(s.io.counters().events_dropped.value() == 1);
  CHECK(s.io.counters().overflows.value() == 1);
  CHECK(c.post(path + "/receive").body == large);
  CHECK(p.seen->wait([](const record& r) { return r.writables == 1; }));
}

TEST_CASE("long-poll: a slow client is cut off where that is the policy") {
  auto o = with_long_poll();
  o.limits.write_queue = 100;
  o.limits.on_overflow = overflow_policy::disconnect;
  server s(o);
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  p.link->send_event(slice(std::string("a")));
  CHECK(p.link->send_event(slice(std::string("b"))) == send_result::overflow);
  check_ends(p, close_reason::overflow);
  CHECK(c.post(path + "/receive").status == 404);
}

TEST_CASE("long-poll: transports count as connections") {
  auto o = with_long_poll();
  o.max_connections = 3;
  server s(o);
  http_client c(s.address());
  auto path = c.open();
  c.open();
  auto p = s.next();
  CHECK(s.gate->open_connections() == 3);
  CHECK(c.post("/lp/open", R"({"protocols":["wamp.2.json"]})").status == 503);
  http_client refused(s.address());
  CHECK(refused.post("/lp/open", R"({"protocols":["wamp.2.json"]})").status == 503);
  CHECK(c.post(path + "/close").status == 202);
  CHECK(p.seen->wait_closed() == close_reason::peer_closed);
  c.open();
}

TEST_CASE("long-poll: none is opened after the listener has stopped, and the others live on") {
  server s(with_long_poll());
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  s.gate->stop();
  CHECK(c.post("/lp/open", R"({"protocols":["wamp.2.json"]})").status == 503);
  s.gate.reset();
  p.link->send("[1]");
  CHECK(c.post(path + "/receive").body == "[1]");
}

TEST_CASE("long-poll: all connections of a thread are closed") {
  server s(with_long_poll());
  http_client c(s.address());
  auto path = c.open();
  auto p = s.next();
  c.open();
  auto other = s.next();
  c.begin_receive(path);
  CHECK(s.io.close_connections(close_reason::going_away, patience) == true);
  check_ends(p, close_reason::going_away);
  check_ends(other, close_reason::going_away);
}

TEST_CASE("long-poll: sockets of one transport on several threads") {
  auto o = with_long_poll();
  io_thread second;
  {
    // The server's own thread comes first, but is not known before it is made.
    server s(o, echo());
    o.spread_over = {&s.io, &second};
    std::mutex mutex;
    std::vector<peer> peers;
    auto gate = listener::open(second, any_port(), o, [&](std::shared_ptr<connection> link) {
      peer p{std::move(link), std::make_shared<record>()};
      p.link->start(s.handler(p));
      std::lock_guard lock(mutex);
      peers.push_back(std::move(p));
    });
    REQUIRE(gate.has_value());
    second.run();
    http_client a((*gate)->local_address()), b((*gate)->local_address());
    auto path = a.open();
    for (int i = 0; i < 20; ++i) {
      auto text = std::to_string(i);
      b.begin_receive(path);
      CHECK(a.post(path + "/send", text).status == 202);
      CHECK(b.read_reply().body == text);
    }
    (*gate)->stop();
    CHECK(second.close_connections(close_reason::going_away, patience));
    CHECK(s.io.close_connections(close_reason::going_away, patience));
    std::lock_guard lock(mutex);
    REQUIRE(peers.size() == 1);
    check_ends(peers.front(), close_reason::going_away);
    second.stop();
  }
}

TEST_CASE("long-poll: a page is told whether its script may read the answer") {
  server s(with_long_poll());
  http_client c(s.address());
  auto ask = [&](const std::string& method, const std::string& more, const std::string& body = "") {
    auto text = http_client::text("/lp/open", body, more);
    c.write(method + text.substr(text.find(' ')));
    return c.read_reply();
  };
  const std::string offer = "{\"protocols\":[\"wamp.2.json\"]}";
  auto from = [](const std::string& origin) { return "Origin: " + origin + "\r\n"; };
  const auto preflight = std::string("Access-Control-Request-Method: POST\r\n");
  constexpr auto page = http::field::access_control_allow_origin;
  constexpr auto credentials = http::field::access_control_allow_credentials;

  auto same = ask("OPTIONS", from("http://x:3000") + preflight);
  CHECK(same.status == 204);
  CHECK(same.whole[page] == "http://x:3000");
  CHECK(same.whole[credentials] == "true");
  CHECK(same.whole[http::field::access_control_allow_methods] == "POST");
  CHECK(same.whole[http::field::access_control_allow_headers] == "Content-Type");
  CHECK(same.whole[http::field::vary] == "Origin");
  CHECK(same.keep_alive);
  auto opened = ask("POST", from("http://x:3000"), offer);
  CHECK(opened.status == 200);
  CHECK(opened.whole[page] == "http://x:3000");
  s.next();
  // A request that failed can be read as well, and one of no page has no such headers.
  CHECK(ask("POST", from("http://x"), "nonsense").whole[page] == "http://x");
  auto other = c.post("/lp/open", offer);
  CHECK(other.status == 200);
  CHECK(other.whole.find(page) == other.whole.end());
  s.next();
  CHECK(ask("OPTIONS", "").status == 405);

  for (auto method : {"OPTIONS", "POST"}) {
    auto foreign = ask(method, from("http://evil.test") + preflight, offer);
    CHECK(foreign.status == 403);
    CHECK(foreign.whole.find(page) == foreign.whole.end());
  }
  CHECK(s.gate->open_connections() == 3); // the socket and two
}

TEST_CASE("long-poll: of all pages none is answered for its visitor") {
  auto o = with_long_poll();
  o.allowed_origins = {"*", "https://page.test"};
  server s(o);
  http_client c(s.address());
  c.write(http_client::text("/lp/open", "x", "Origin: https://page.test\r\n"));
  auto known = c.read_reply();
  CHECK(known.whole[http::field::access_control_allow_origin] == "https://page.test");
  CHECK(known.whole[http::field::access_control_allow_credentials] == "true");
  c.write(http_client::text("/lp/open", "x", "Origin: https://other.test\r\n"));
  auto other = c.read_reply();
  CHECK(other.whole[http::field::access_control_allow_origin] == "*");
  CHECK(other.whole.find(http::field::access_control_allow_credentials) == other.whole.end());
}

TEST_CASE("long-poll: a cookie comes with the transport") {
  auto o = with_long_poll();
  o.cookie.name = "wamp";
  server s(o);
  http_client c(s.address());
  const std::string offer = "{\"protocols\":[\"wamp.2.json\"]}";
  auto first = c.post("/lp/open", offer);
  auto p = s.next();
  auto cookie = p.link->peer().cookie;
  CHECK(cookie.size() == 32);
  CHECK(p.link->peer().address == "127.0.0.1");
  CHECK(!p.link->peer().tls);
  CHECK(std::string(first.whole[http::field::set_cookie]).starts_with("wamp=" + cookie + "; "));
  c.write(http_client::text("/lp/open", offer, "Cookie: wamp=" + cookie + "\r\n"));
  auto again = c.read_reply();
  CHECK(again.whole.find(http::field::set_cookie) == again.whole.end());
  CHECK(s.next().link->peer().cookie == cookie);
  // A request to a transport has nothing more to say.
  auto wrong = c.post("/lp/open", "nonsense");
  CHECK(wrong.whole.find(http::field::set_cookie) == wrong.whole.end());
}

TEST_CASE("long-poll: transports count as connections of their address") {
  auto o = with_long_poll();
  o.max_connections_per_address = 3;
  server s(o);
  http_client c(s.address());
  auto one = c.open();
  c.open();
  CHECK(c.post("/lp/open", "{\"protocols\":[\"wamp.2.json\"]}").status == 503);
  CHECK(c.post(one + "/close").status == 202);
  c.open();
}
