// Time and pressure over real sockets: pings, timeouts, and peers that do not read.
#include <atomic>

#include "loopback.hpp"

using namespace wamp;
using namespace wamp::testing;

namespace {

connection_limits quick_pings() {
  connection_limits l;
  l.ping_interval = 50ms;
  l.ping_timeout = 100ms;
  return l;
}

slice event(int number, std::size_t size = 1000) {
  auto s = std::to_string(number) + ",";
  return slice(s + std::string(size - s.size(), '.'));
}

int number_of(const std::string& event) {
  return std::stoi(event);
}

/// Sends messages until the kernel takes no more and the queue holds at least `bytes`. Returns
/// how many it sent.
std::size_t clog(connection& c, std::size_t bytes) {
  auto chunk = slice(std::string(50'000, 'c'));
  std::size_t sent = 0;
  auto full_since = std::chrono::steady_clock::now();
  auto last = std::size_t{0};
  // The socket is full when the queue has not moved for a while.
  while (std::chrono::steady_clock::now() - full_since < 50ms) {
    if (c.queued_bytes() < bytes) {
      c.send(chunk);
      ++sent;
    }
    if (c.queued_bytes() != last) {
      last = c.queued_bytes();
      full_since = std::chrono::steady_clock::now();
    }
    std::this_thread::yield();
  }
  return sent;
}

} // namespace

TEST_CASE("a dead peer is found, a living one is kept") {
  listener_options o;
  o.limits = quick_pings();
  server s(o);
  raw_client dead_raw(s.address(), format::json); // answers nothing
  auto p = s.next();
  ws_client dead_ws(s.address(), format::json); // answers only while it reads
  auto q = s.next();
  raw_client living(s.address(), format::json);
  auto alive = s.next();
  int pings = 0;
  while (pings < 6) {
    auto [first, payload] = living.receive_frame();
    REQUIRE(first == 1);
    CHECK(payload.empty());
    living.write(raw_client::frame("", 2));
    ++pings;
  }
  CHECK(p.seen->wait_closed() == close_reason::timeout);
  CHECK(q.seen->wait_closed() == close_reason::timeout);
  CHECK(dead_raw.read_all() == std::string("\1\0\0\0", 4)); // the ping, and the end
  std::lock_guard lock(alive.seen->mutex);
  CHECK(!alive.seen->closed);
}

TEST_CASE("Beast's client answers pings while it reads") {
  listener_options o;
  o.limits = quick_pings();
  server s(o);
  ws_client c(s.address(), format::json);
  auto p = s.next();
  std::atomic<int> pings = 0;
  c.ws.control_callback([&](websocket::frame_type kind, beast::string_view) {
    if (kind == websocket::frame_type::ping && ++pings == 5)
      p.link->send(slice(std::string("enough")));
  });
  CHECK(c.receive() == "enough");
  CHECK(pings == 5);
}

TEST_CASE("while reading is paused, silence is not held against the peer") {
  listener_options o;
  o.limits = quick_pings();
  server s(o);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  p.link->pause_reading();
  // More than twice the time in which a silent peer is given up.
  p.link->set_deadline(2 * (o.limits.ping_interval + o.limits.ping_timeout) + 100ms);
  REQUIRE(p.seen->wait([](const record& r) { return r.deadlines == 1; }));
  {
    std::lock_guard lock(p.seen->mutex);
    CHECK(!p.seen->closed);
  }
  c.send("hello");
  p.link->resume_reading();
  REQUIRE(p.seen->wait_messages(1));
  // And from then on it is again.
  CHECK(p.seen->wait_closed() == close_reason::timeout);
}

TEST_CASE("pings can be turned off") {
  listener_options o;
  o.limits.ping_interval = 0ms;
  o.limits.ping_timeout = 10ms;
  server s(o);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  p.link->set_deadline(150ms);
  REQUIRE(p.seen->wait([](const record& r) { return r.deadlines == 1; }));
  p.link->send(slice(std::string("first thing")));
  CHECK(c.receive() == "first thing");
}

TEST_CASE("a slow handshake is cut off") {
  listener_options o;
  o.limits.handshake_timeout = 100ms;
  server s(o);
  for (std::string_view part : {"", "\x7F\xF1", "GET /ws HTTP/1.1\r\nHost: "}) {
    client c(s.address());
    if (!part.empty())
      c.write(part);
    CHECK(c.read_all().empty());
  }
  CHECK(s.io.counters().handshake_failures.value() == 3);
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
}

TEST_CASE("a drip of octets does not stretch the handshake") {
  listener_options o;
  o.limits.handshake_timeout = 100ms;
  o.limits.max_http_header = 1U << 20U;
  server s(o);
  client c(s.address());
  error_code error;
  while (!error)
    asio::write(c.socket, asio::buffer("G", 1), error);
  CHECK(s.io.counters().handshake_failures.value() == 1);
}

TEST_CASE("a connection that nobody starts is cut off") {
  listener_options o;
  o.limits.handshake_timeout = 100ms;
  server s(o, {}, any_port(), false);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  CHECK(c.read_all().empty());
  CHECK(p.link->send(slice(std::string("x"))) == send_result::closed);
}

TEST_CASE("send() says when the queue is full, and on_writable when it is not") {
  listener_options o;
  o.limits.write_queue = 1'000'000;
  server s(o);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  // With the kernel's buffers full, the queue moves only when the peer reads.
  auto sent = clog(*p.link, 500'000);
  // From the test's thread: it answers at once, without the io thread's help.
  while (p.link->send(event(1, 10'000)) == send_result::queued)
    ++sent;
  CHECK(p.link->send(event(1, 10'000)) == send_result::overflow);
  CHECK(p.link->queued_bytes() <= 1'000'000);
  CHECK(p.link->queued_bytes() > 900'000);
  CHECK(s.io.counters().overflows.value() == 2);
  for (std::size_t got = 0; got < sent; ++got)
    REQUIRE(c.receive().size() >= 10'000);
  CHECK(p.seen->wait([](const record& r) { return r.writables >= 1; }));
  CHECK(p.link->send(event(2)) == send_result::queued);
  CHECK(number_of(c.receive()) == 2);
}

TEST_CASE("a message always fits an empty queue") {
  listener_options o;
  o.limits.write_queue = 10;
  server s(o);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  CHECK(eventually([&] { return p.link->queued_bytes() == 0; }));
  CHECK(p.link->send(event(1, 100'000)) == send_result::queued);
  CHECK(c.receive().size() == 100'000);
}

TEST_CASE("drop_newest_event drops what does not fit") {
  listener_options o;
  o.limits.write_queue = 200'000;
  server s(o);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  clog(*p.link, 150'000);
  int queued = 0;
  while (p.link->send_event(event(queued)) == send_result::queued)
    ++queued;
  CHECK(p.link->send_event(event(queued)) == send_result::dropped);
  CHECK(s.io.counters().events_dropped.value() == 2);
  p.link->close(close_reason::normal);
  std::vector<std::string> events;
  for (auto m = c.receive(); !m.empty(); m = c.receive())
    if (m[0] != 'c')
      events.push_back(m);
  REQUIRE(events.size() == static_cast<std::size_t>(queued));
  for (int i = 0; i < queued; ++i)
    CHECK(number_of(events[static_cast<std::size_t>(i)]) == i);
}

TEST_CASE("drop_oldest_event keeps the newest, and every message that is no event") {
  listener_options o;
  o.limits.write_queue = 200'000;
  o.limits.on_overflow = overflow_policy::drop_oldest_event;
  for (bool foreign : {false, true}) {
    // The events are sent from the io thread, or from this one.
    reactions r;
    constexpr int count = 1000;
    auto send_all = [](connection& link) {
      for (int i = 0; i < count; ++i) {
        if (i == 10)
          CHECK(link.send(slice(std::string("rpc"))) == send_result::queued);
        link.send_event(event(i));
      }
    };
    r.on_message = [&](connection& link, const slice&) { send_all(link); };
    server s(o, r);
    raw_client c(s.address(), format::json);
    auto p = s.next();
    clog(*p.link, 100'000);
    if (foreign) {
      for (int i = 0; i < count; ++i) {
        if (i == 10)
          CHECK(p.link->send(slice(std::string("rpc"))) == send_result::queued);
        // The io thread makes room at its pace, so that the last one is not refused.
        while (p.link->queued_bytes() > 250'000)
          std::this_thread::yield();
        p.link->send_event(event(i));
      }
    } else {
      c.send("go");
      REQUIRE(p.seen->wait_messages(1));
    }
    CHECK(eventually([&] { return p.link->queued_bytes() <= 200'000; }));
    p.link->close(close_reason::normal);
    std::vector<int> events;
    bool rpc = false;
    for (auto m = c.receive(); !m.empty(); m = c.receive()) {
      if (m == "rpc")
        rpc = true;
      else if (m[0] != 'c')
        events.push_back(number_of(m));
    }
    CHECK(rpc);
    REQUIRE(!events.empty());
    CHECK(std::ranges::is_sorted(events));
    CHECK(events.back() == count - 1);
    CHECK(events.size() + s.io.counters().events_dropped.value() == count);
    CHECK(events.size() < count / 2);
  }
}

TEST_CASE("the policy `disconnect` cuts a slow peer off, others do not notice") {
  listener_options o;
  o.limits.write_queue = 200'000;
  o.limits.on_overflow = overflow_policy::disconnect;
  server s(o);
  raw_client slow(s.address(), format::json);
  auto p = s.next();
  raw_client good(s.address(), format::json);
  auto q = s.next();
  send_result last{};
  while ((last = p.link->send_event(event(1))) == send_result::queued) {
  }
  CHECK(last == send_result::overflow);
  CHECK(p.link->send_event(event(1)) == send_result::closed);
  CHECK(p.seen->wait_closed() == close_reason::overflow);
  CHECK(q.link->send(event(7)) == send_result::queued);
  CHECK(number_of(good.receive()) == 7);
}

TEST_CASE("a peer that pings and never reads is cut off") {
  listener_options o;
  o.limits.write_queue = 100'000;
  server s(o);
  raw_client c(s.address(), format::json);
  auto p = s.next();
  auto pings = raw_client::frame(std::string(60'000, 'p'), 1);
  error_code error;
  while (!error)
    asio::write(c.socket, asio::buffer(pings), error);
  CHECK(p.seen->wait_closed() == close_reason::overflow);
}

TEST_CASE("counters count") {
  reactions r;
  r.echo = true;
  server s({}, r);
  {
    raw_client c(s.address(), format::json);
    s.next();
    for (int i = 0; i < 10; ++i) {
      c.send("0123456789");
      CHECK(c.receive() == "0123456789");
    }
    const auto& n = s.io.counters();
    CHECK(n.accepted.value() == 1);
    CHECK(n.open.value() == 1);
    CHECK(eventually([&] { return n.messages_out.value() == 10; }));
    CHECK(n.messages_in.value() == 10);
    CHECK(n.bytes_in.value() == 4 + 140);
    CHECK(n.bytes_out.value() == 4 + 140);
    CHECK(n.events_dropped.value() == 0);
    CHECK(n.overflows.value() == 0);
    CHECK(n.handshake_failures.value() == 0);
  }
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
}
