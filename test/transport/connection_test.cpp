// Connections over real sockets: messages both ways, closing, pausing, deadlines, threads.
#include <wamp/transport/websocket_framing.hpp>

#include <atomic>
#include <future>

#include "loopback.hpp"

using namespace wamp;
using namespace wamp::testing;

namespace {

reactions echoing() {
  reactions r;
  r.echo = true;
  return r;
}

std::string pattern(std::size_t size) {
  std::string s(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    s[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return s;
}

} // namespace

TEST_CASE("websocket messages of all lengths come back over TCP and Unix sockets") {
  for (auto address : {any_port(), fresh_path()}) {
    server s({}, echoing(), address);
    for (auto f : all_formats) {
      ws_client c(s.address(), f);
      auto p = s.next();
      CHECK(p.link->wire_format() == f);
      CHECK(p.link->transport_name() == "websocket");
      CHECK(c.response[beast::http::field::sec_websocket_protocol] == subprotocol_of(f).data());
      for (std::size_t size : {0U, 1U, 125U, 126U, 127U, 4095U, 4096U, 65535U, 65536U, 3000000U}) {
        c.send(pattern(size));
        auto back = c.receive();
        REQUIRE(back.has_value());
        CHECK(*back == pattern(size));
        CHECK(c.ws.got_text() == (f == format::json));
      }
    }
  }
}

TEST_CASE("rawsocket messages of all lengths come back over TCP and Unix sockets") {
  for (auto address : {any_port(), fresh_path()}) {
    server s({}, echoing(), address);
    for (auto f : all_formats) {
      raw_client c(s.address(), f);
      CHECK(
          c.answer == std::string{'\x7F', static_cast<char>(0xF0 | rawsocket_number_of(f)), 0, 0});
      auto p = s.next();
      CHECK(p.link->wire_format() == f);
      CHECK(p.link->transport_name() == "rawsocket");
      for (std::size_t size : {0U, 1U, 255U, 256U, 4096U, 65536U, 3000000U}) {
        c.send(pattern(size));
        CHECK(c.receive() == pattern(size));
      }
    }
  }
}

TEST_CASE("a rawsocket message of exactly 2^24 octets goes both ways") {
  listener_options o;
  o.limits.write_queue = 64U << 20U;
  server s(o, echoing());
  raw_client c(s.address(), format::cbor);
  auto big = pattern(1U << 24U);
  c.write(std::string{8, 0, 0, 0});
  c.write(big);
  auto [first, payload] = c.receive_frame();
  CHECK(first == 8);
  CHECK(payload == big);
}

TEST_CASE("many messages in one write arrive in order, in few batches") {
  server s({}, echoing());
  raw_client c(s.address(), format::msgpack);
  auto p = s.next();
  std::string all;
  constexpr std::size_t count = 2000;
  for (std::size_t i = 0; i < count; ++i)
    all += raw_client::frame("message " + std::to_string(i));
  c.write(all);
  for (std::size_t i = 0; i < count; ++i)
    REQUIRE(c.receive() == "message " + std::to_string(i));
  REQUIRE(p.seen->wait_messages(count));
  std::lock_guard lock(p.seen->mutex);
  CHECK(p.seen->batches < count / 4);
}

TEST_CASE("peers have names") {
  server tcp;
  raw_client c(tcp.address(), format::json);
  asio::ip::tcp::endpoint local;
  auto endpoint = c.socket.local_endpoint();
  std::memcpy(local.data(), endpoint.data(), endpoint.size());
  CHECK(tcp.next().link->peer_name() == "tcp4:127.0.0.1:" + std::to_string(local.port()));
  server unix_server({}, {}, fresh_path());
  raw_client u(unix_server.address(), format::json);
  CHECK(unix_server.next().link->peer_name() == "unix:" + unix_server.address().path);
}

TEST_CASE("messages right behind the handshake are not lost") {
  server s({}, echoing());
  client c(s.address());
  c.write(
      std::string{'\x7F', '\xF1', 0, 0} + raw_client::frame("early") + raw_client::frame("bird"));
  CHECK(c.read(4) == std::string{'\x7F', '\xF1', 0, 0});
  CHECK(c.read(9) == raw_client::frame("early"));
  CHECK(c.read(8) == raw_client::frame("bird"));
}

TEST_CASE("what comes before start() waits for it") {
  server s({}, echoing(), any_port(), false);
  raw_client c(s.address(), format::json);
  c.send("one");
  auto p = s.next();
  c.send("two");
  CHECK(p.link->send(slice(std::string("hello"))) == send_result::queued);
  CHECK(c.receive() == "hello");
  p.link->start(s.handler(p));
  CHECK(c.receive() == "one");
  CHECK(c.receive() == "two");
}

TEST_CASE("every close reason has its code, after what was queued") {
  server s;
  struct expected {
    close_reason reason;
    unsigned code;
  };
  for (auto e :
       {expected{close_reason::normal, 1000}, expected{close_reason::going_away, 1001},
        expected{close_reason::protocol_error, 1002}, expected{close_reason::invalid_utf8, 1007},
        expected{close_reason::policy, 1008}, expected{close_reason::too_big, 1009}}) {
    ws_client c(s.address(), format::json);
    auto p = s.next();
    CHECK(p.link->send(slice(pattern(100'000))) == send_result::queued);
    p.link->close(e.reason);
    auto last = c.receive();
    REQUIRE(last.has_value());
    CHECK(last->size() == 100'000);
    CHECK(c.close_code() == e.code);
    CHECK(p.seen->wait_closed() == e.reason);
    CHECK(p.link->send(slice(std::string("late"))) == send_result::closed);
    CHECK(p.link->send_event(slice(std::string("late"))) == send_result::closed);
  }
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
}

TEST_CASE("close() flushes a rawsocket connection and ends its stream") {
  server s;
  raw_client c(s.address(), format::json);
  auto p = s.next();
  p.link->send(slice(pattern(500'000)));
  p.link->close(close_reason::normal);
  CHECK(c.receive() == pattern(500'000));
  CHECK(c.read_all().empty());
  CHECK(c.last_error == asio::error::eof);
  CHECK(p.seen->wait_closed() == close_reason::normal);
}

TEST_CASE("a peer that does not take what is queued is cut off after close_timeout") {
  listener_options o;
  o.limits.close_timeout = 100ms;
  server s(o);
  for (int i = 0; i < 2; ++i) {
    raw_client c(s.address(), format::json);
    auto p = s.next();
    p.link->send(slice(pattern(12'000'000)));
    p.link->close(close_reason::going_away);
    CHECK(p.seen->wait_closed() == close_reason::going_away);
    CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
    CHECK(p.link->queued_bytes() == 0);
  }
}

TEST_CASE("abort() closes at once, and nothing is delivered afterwards") {
  reactions r;
  r.on_message = [](connection& c, const slice&) { c.abort(); };
  server s({}, r);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  c.write(raw_client::frame("a") + raw_client::frame("b"));
  CHECK(p.seen->wait_closed() == close_reason::policy);
  CHECK(c.read_all().empty());
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
  std::lock_guard lock(p.seen->mutex);
  CHECK(p.seen->after_end == 0);
  CHECK(p.seen->detail == "aborted");
}

TEST_CASE("the peer's close frame is answered with its code") {
  server s;
  ws_client c(s.address(), format::json);
  auto p = s.next();
  auto [error, n] = c.run([&](auto done) {
    c.ws.async_close({websocket::close_code(4321), "bye"}, done);
  });
  CHECK_MESSAGE(!error, error.message());
  CHECK(p.seen->wait_closed() == close_reason::peer_closed);
  std::lock_guard lock(p.seen->mutex);
  CHECK(p.seen->detail == "close code 4321");
}

TEST_CASE("a peer that closes one direction gets what was queued for it") {
  reactions r;
  r.on_message = [](connection& c, const slice&) { c.send(slice(pattern(5'000'000))); };
  server s({}, r);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  c.send("give");
  c.socket.shutdown(client_socket::shutdown_send);
  CHECK(c.receive() == pattern(5'000'000));
  CHECK(c.read_all().empty());
  CHECK(p.seen->wait_closed() == close_reason::peer_closed);
}

TEST_CASE("a reset connection is a network error") {
  server s;
  raw_client c(s.address(), format::json);
  auto p = s.next();
  c.socket.set_option(asio::socket_base::linger(true, 0));
  c.socket.close();
  CHECK(p.seen->wait_closed() == close_reason::network_error);
}

TEST_CASE("writing to a peer that is gone is an end, not a signal") {
  server s;
  for (auto pause : {false, true}) {
    raw_client c(s.address(), format::json);
    auto p = s.next();
    if (pause)
      p.link->pause_reading();
    c.socket.close();
    while (p.link->send(slice(std::string("anyone there?"))) != send_result::closed)
      std::this_thread::yield();
    p.seen->wait_closed();
  }
}

TEST_CASE("broken frames are answered with the right close code") {
  listener_options o;
  o.limits.max_message_size = 1000;
  reactions r;
  r.on_violation = [](connection& c) { c.send(slice(std::string("last words"))); };
  server s(o, r);
  struct misdeed {
    std::string bytes;
    close_reason reason;
    unsigned code;
  };
  using namespace std::string_literals;
  for (const auto& m :
       {misdeed{"\x81\x01x"s, close_reason::protocol_error, 1002},
        misdeed{
            "\x83\x80"s
            "abcd"s,
            close_reason::protocol_error, 1002},
        misdeed{
            "\x82\x80"s
            "abcd"s,
            close_reason::protocol_error, 1002},
        misdeed{
            "\x81\xFE\x03\xE9"s
            "abcd"s,
            close_reason::too_big, 1009}}) {
    ws_client c(s.address(), format::json);
    auto p = s.next();
    asio::write(c.ws.next_layer(), asio::buffer(m.bytes));
    CHECK(c.receive() == "last words");
    CHECK(c.close_code() == m.code);
    CHECK(p.seen->wait_closed() == m.reason);
    std::lock_guard lock(p.seen->mutex);
    CHECK(!p.seen->violation.empty());
    CHECK(p.seen->after_end == 0);
  }
}

TEST_CASE("a rawsocket peer that breaks the rules is cut off") {
  listener_options o;
  o.limits.max_message_size = 1000;
  server s(o);
  for (auto bytes :
       {std::string{3, 0, 0, 0}, std::string{0, 0, 2, 1}, std::string{'\x10', 0, 0, 0}}) {
    raw_client c(s.address(), format::json);
    CHECK(c.answer == std::string{'\x7F', 0x01, 0, 0}); // 512
    auto p = s.next();
    c.write(bytes);
    CHECK(c.read_all().empty());
    auto reason = p.seen->wait_closed();
    CHECK((reason == close_reason::protocol_error || reason == close_reason::too_big));
  }
}

TEST_CASE("a rawsocket peer's announced limit is kept") {
  server s;
  raw_client c(s.address(), format::json, 0);
  auto p = s.next();
  CHECK(p.link->max_send_size() == 512);
  CHECK(p.link->send(slice(pattern(513))) == send_result::too_big);
  CHECK(p.link->send_event(slice(pattern(513))) == send_result::too_big);
  CHECK(p.link->send(slice(pattern(512))) == send_result::queued);
  CHECK(c.receive() == pattern(512));
}

TEST_CASE("pings of the peer are answered") {
  server s({}, echoing());
  raw_client raw(s.address(), format::json);
  raw.write(
      raw_client::frame("are you there", 1) + raw_client::frame("x") + raw_client::frame("", 1));
  std::vector<std::pair<unsigned, std::string>> got;
  for (int i = 0; i < 3; ++i)
    got.push_back(raw.receive_frame());
  // Answers pass what is queued.
  CHECK(got[0] == std::pair<unsigned, std::string>(2, "are you there"));
  CHECK(got[1] == std::pair<unsigned, std::string>(2, ""));
  CHECK(got[2] == std::pair<unsigned, std::string>(0, "x"));

  ws_client ws(s.address(), format::json);
  std::string pong;
  ws.ws.control_callback([&](websocket::frame_type kind, beast::string_view payload) {
    if (kind == websocket::frame_type::pong)
      pong = std::string(payload);
  });
  ws.run([&](auto done) { ws.ws.async_ping("hello", done); });
  ws.send("y");
  CHECK(ws.receive() == "y");
  CHECK(pong == "hello");
}

TEST_CASE("paused reading stops messages, also those that have come already") {
  reactions r;
  std::atomic<int> taken = 0;
  r.on_message = [&](connection& c, const slice&) {
    ++taken;
    c.pause_reading();
  };
  server s({}, r);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  c.send("1");
  REQUIRE(p.seen->wait_messages(1));
  c.send("2");
  p.link->resume_reading();
  REQUIRE(p.seen->wait_messages(2));
  CHECK(taken == 2);
}

TEST_CASE("a deadline fires once, unless cleared") {
  server s;
  raw_client c(s.address(), format::json);
  auto p = s.next();
  auto began = std::chrono::steady_clock::now();
  p.link->set_deadline(60ms);
  REQUIRE(p.seen->wait([](const record& r) { return r.deadlines == 1; }));
  CHECK(std::chrono::steady_clock::now() - began >= 60ms);
  p.link->set_deadline(20ms);
  REQUIRE(p.seen->wait([](const record& r) { return r.deadlines == 2; }));
  // A cleared deadline stays silent while that of a second connection, set later, fires.
  raw_client other(s.address(), format::json);
  auto q = s.next();
  p.link->set_deadline(300ms);
  p.link->clear_deadline();
  q.link->set_deadline(400ms);
  REQUIRE(q.seen->wait([](const record& r) { return r.deadlines == 1; }));
  std::lock_guard lock(p.seen->mutex);
  CHECK(p.seen->deadlines == 2);
}

TEST_CASE("foreign threads send, and each one's order is kept") {
  server s;
  ws_client c(s.address(), format::json);
  auto p = s.next();
  constexpr int per_thread = 3000;
  std::vector<std::thread> threads;
  for (char name : {'a', 'b', 'c'})
    threads.emplace_back([&, name] {
      for (int i = 0; i < per_thread; ++i)
        if (p.link->send(slice(name + std::to_string(i))) != send_result::queued)
          return;
    });
  std::array<int, 3> next{};
  for (int i = 0; i < 3 * per_thread; ++i) {
    auto m = c.receive();
    REQUIRE(m.has_value());
    auto& n = next.at(static_cast<std::size_t>(m->front() - 'a'));
    REQUIRE(m->substr(1) == std::to_string(n));
    ++n;
  }
  for (auto& t : threads)
    t.join();
  CHECK(eventually([&] { return p.link->queued_bytes() == 0; }));
}

TEST_CASE("foreign threads may call everything at any time") {
  listener_options o;
  o.limits.write_queue = 10'000;
  o.limits.on_overflow = overflow_policy::drop_oldest_event;
  server s(o, echoing());
  for (int round = 0; round < 10; ++round) {
    raw_client c(s.address(), format::json);
    auto p = s.next();
    c.send("go");
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([link = p.link, t] {
        for (int i = 0; i < 300; ++i) {
          link->send_event(slice(pattern(200)));
          link->send(slice(pattern(300)));
          link->pause_reading();
          link->set_deadline(1ms);
          link->resume_reading();
          link->clear_deadline();
          static_cast<void>(link->queued_bytes());
        }
        if (t == 1)
          link->close(close_reason::normal);
        if (t == 2)
          link->abort();
      });
    for (auto& t : threads)
      t.join();
    p.seen->wait_closed();
    CHECK(p.link->send(slice(std::string("x"))) == send_result::closed);
  }
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
}

TEST_CASE("handlers run on the io thread") {
  reactions r;
  std::atomic<bool> inside = true;
  io_thread* io = nullptr;
  r.on_message = [&](connection&, const slice&) { inside = inside && io->in_this_thread(); };
  server s({}, r);
  io = &s.io;
  CHECK(!s.io.in_this_thread());
  raw_client c(s.address(), format::json);
  auto p = s.next();
  c.send("x");
  REQUIRE(p.seen->wait_messages(1));
  CHECK(inside);
}

TEST_CASE("all connections of a thread can be closed") {
  listener_options o;
  o.limits.close_timeout = 200ms;
  server s(o);
  ws_client polite(s.address(), format::json);
  auto p = s.next();
  raw_client stuck(s.address(), format::json);
  auto q = s.next();
  q.link->send(slice(pattern(12'000'000)));
  client handshaking(s.address());
  CHECK(eventually([&] { return s.io.counters().open.value() == 3; }));
  s.gate->stop();
  std::promise<void> drained;
  s.io.close_connections(close_reason::going_away, [&] { drained.set_value(); });
  CHECK(polite.close_code() == 1001);
  REQUIRE(drained.get_future().wait_for(patience) == std::future_status::ready);
  CHECK(p.seen->wait_closed() == close_reason::going_away);
  CHECK(q.seen->wait_closed() == close_reason::going_away);
  CHECK(handshaking.read_all().empty());
  CHECK(s.io.counters().open.value() == 0);
  CHECK(s.io.close_connections(close_reason::normal, 30s));
}

TEST_CASE("a connection outlives its io thread, and says that it is closed") {
  peer p;
  {
    std::optional<raw_client> c; // leaves after the server, which would else see it leave
    server s;
    c.emplace(s.address(), format::json);
    p = s.next();
    REQUIRE(p.link->send(slice(std::string("x"))) == send_result::queued);
  }
  CHECK(p.seen->wait_closed() == close_reason::going_away);
  CHECK(p.link->send(slice(std::string("x"))) == send_result::closed);
  p.link->close(close_reason::normal);
  p.link->abort();
  p.link->set_deadline(1ms);
  p.link->resume_reading();
}

TEST_CASE("a connection that ended before start() tells so at start()") {
  server s({}, {}, any_port(), false);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  p.link->abort();
  p.link->start(s.handler(p));
  CHECK(p.seen->wait_closed() == close_reason::policy);
}
