// Batched WebSockets over real sockets: both sides ours, and Beast's client against our server.
#include <wamp/transport/batch.hpp>

#include "dialer.hpp"

using namespace wamp;
using namespace wamp::testing;

namespace {

connector_options batched(std::vector<format> formats) {
  auto o = offering(std::move(formats));
  o.batched = true;
  return o;
}

/// Speaks wamp.2.json.batched.
class batch_client : public ws_client {
public:
  explicit batch_client(const listen_address& to) : ws_client(to) {
    auto error = upgrade("wamp.2.json.batched");
    REQUIRE_MESSAGE(!error, error.message());
    ws.text(true);
  }
};

} // namespace

TEST_CASE("batched messages of all lengths come back, alone and together") {
  server s({}, echoing());
  for (auto f : all_formats) {
    dialer d;
    auto p = d.connect(url_of(s.address(), websocket_url), batched({f}));
    CHECK(p.link->wire_format() == f);
    CHECK(p.link->transport_name() == "websocket");
    std::vector<std::string> sent;
    for (bool together : {false, true})
      for (std::size_t size : {1U, 125U, 126U, 127U, 4095U, 4096U, 65535U, 65536U, 3'000'000U}) {
        sent.push_back(pattern(size));
        CHECK(p.link->send(slice(pattern(size))) == send_result::queued);
        if (!together)
          REQUIRE(p.seen->wait_messages(sent.size()));
      }
    REQUIRE(p.seen->wait_messages(sent.size()));
    CHECK(p.seen->taken() == sent);
    CHECK(eventually([&] { return p.link->queued_bytes() == 0; }));
  }
}

TEST_CASE("every way to send arrives whole and in order in batches, from any thread") {
  server s;
  for (auto f : {format::json, format::cbor}) {
    dialer d;
    auto p = d.connect(url_of(s.address(), websocket_url), batched({f}));
    auto q = s.next();
    for (auto [from, to] : {std::pair{p, q}, std::pair{q, p}}) {
      std::vector<std::string> sent;
      auto send_all = [&, link = from.link] {
        for (std::size_t size : {1U, 10U, 4083U, 4095U, 4096U, 70'000U}) {
          auto text = pattern(size);
          auto body = slice(pattern(size));
          CHECK(link->send(std::string_view(text)) == send_result::queued);
          CHECK(link->send(body) == send_result::queued);
          CHECK(link->send_event(body) == send_result::queued);
          CHECK(link->send("[head", body, "tail]") == send_result::queued);
          CHECK(link->send("[", body, "") == send_result::queued);
          CHECK(body.view() == text);
          for (int i = 0; i < 3; ++i)
            sent.push_back(text);
          sent.push_back("[head" + text + "tail]");
          sent.push_back("[" + text);
        }
      };
      send_all();
      d.there(send_all); // one's own thread, or a foreign one
      REQUIRE(to.seen->wait_messages(sent.size()));
      CHECK(to.seen->taken() == sent);
      CHECK(eventually([&] { return from.link->queued_bytes() == 0; }));
    }
  }
}

TEST_CASE("what one turn has to say is one WebSocket message, up to a bound") {
  reactions r;
  auto large = std::string(batch_format::usual_size, 'x');
  r.on_message = [&](connection& c, const slice& m) {
    if (m.view() == "large") {
      c.send(slice(large));
      c.send(std::string_view("b"));
      return;
    }
    c.send(std::string_view("a"));
    c.send_event(slice(std::string("event")));
    c.send("(", slice(std::string("parts")), ")");
  };
  server s({}, r);
  batch_client c(s.address());
  c.send("one\x1Etwo\x1E");
  CHECK(
      c.receive()
      == "a\x1E"
         "event\x1E(parts)\x1E"
         "a\x1E"
         "event\x1E(parts)\x1E");
  c.send("large\x1E");
  CHECK(c.receive() == large + '\x1E');
  CHECK(c.receive() == "b\x1E");
  auto p = s.next();
  CHECK(p.seen->taken() == std::vector<std::string>{"one", "two", "large"});
  CHECK(s.io.counters().messages_in.value() == 3);
  CHECK(eventually([&] { return s.io.counters().messages_out.value() == 8; }));
}

TEST_CASE("a bad batch is answered by the last words, a batch of one, and the close code") {
  listener_options o;
  o.limits.max_message_size = 1000;
  reactions r;
  r.on_violation = [](connection& c) { c.send(slice(std::string("last words"))); };
  server s(o, r);
  struct misdeed {
    std::string batch;
    close_reason reason;
    unsigned code;
  };
  for (const auto& m :
       {misdeed{"", close_reason::protocol_error, 1002},
        misdeed{"[1]", close_reason::protocol_error, 1002},
        misdeed{"\x1E", close_reason::protocol_error, 1002},
        misdeed{std::string(1001, 'x') + '\x1E', close_reason::too_big, 1009},
        misdeed{std::string(70'000, 'x'), close_reason::too_big, 1009}}) {
    batch_client c(s.address());
    auto p = s.next();
    c.send(m.batch);
    CHECK(c.receive() == "last words\x1E");
    CHECK(c.close_code() == m.code);
    CHECK(p.seen->wait_closed() == m.reason);
    CHECK(p.seen->taken().empty());
  }
}

TEST_CASE("old events are dropped from a batched queue, and pings are answered") {
  listener_options o;
  o.limits.write_queue = 200'000;
  o.limits.on_overflow = overflow_policy::drop_oldest_event;
  constexpr int count = 5000;
  reactions r;
  // More than the kernel takes, in one turn: what it does not take is begun or may go.
  r.on_message = [&](connection& link, const slice&) {
    for (int i = 0; i < count; ++i) {
      if (i == 10)
        CHECK(link.send(slice(std::string("rpc"))) == send_result::queued);
      auto number = std::to_string(i) + ",";
      link.send_event(slice(number + std::string(1000 - number.size(), '.')));
    }
  };
  server s(o, r);
  batch_client c(s.address());
  auto p = s.next();
  bool ponged = false;
  c.ws.control_callback([&](websocket::frame_type kind, beast::string_view) {
    ponged = ponged || kind == websocket::frame_type::pong;
  });
  REQUIRE(!c.run([&](auto done) { c.ws.async_ping("", done); }).first);
  c.send("go\x1E");
  REQUIRE(p.seen->wait_messages(1));
  p.link->send(std::string_view("last"));
  std::vector<int> events;
  bool rpc = false;
  for (bool last = false; !last;) {
    auto batch = c.receive();
    REQUIRE(batch.has_value());
    CHECK(batch->size() <= batch_format::usual_size);
    for (std::size_t at = 0; at < batch->size();) {
      auto end = batch->find('\x1E', at);
      REQUIRE(end != std::string::npos);
      auto m = batch->substr(at, end - at);
      at = end + 1;
      if (m == "last")
        last = true;
      else if (m == "rpc")
        rpc = true;
      else
        events.push_back(std::stoi(m));
    }
  }
  CHECK(rpc);
  CHECK(ponged);
  CHECK(std::ranges::is_sorted(events));
  REQUIRE(!events.empty());
  CHECK(events.back() == count - 1);
  CHECK(events.size() + s.io.counters().events_dropped.value() == count);
  CHECK(s.io.counters().events_dropped.value() > 0);
  CHECK(eventually([&] { return p.link->queued_bytes() == 0; }));
}

TEST_CASE("a client that wants batches does without where they are not known") {
  server s({}, echoing());
  dialer d;
  auto raw = d.connect(url_of(s.address(), rawsocket_url), batched({format::cbor}));
  CHECK(raw.link->send(std::string_view("x")) == send_result::queued);
  REQUIRE(raw.seen->wait_messages(1));
}
