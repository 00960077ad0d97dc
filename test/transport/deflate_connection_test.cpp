// Compression over real sockets: both sides ours, and Beast's client against our server.
#include "dialer.hpp"

using namespace wamp;
using namespace wamp::testing;

namespace {

listener_options deflating(bool on = true) {
  listener_options o;
  o.deflate = on;
  return o;
}

/// Beast's client, which wants compression.
class deflating_client : public ws_client {
public:
  explicit deflating_client(const listen_address& to, int window_bits = 15) : ws_client(to) {
    websocket::permessage_deflate offer;
    offer.client_enable = true;
    offer.server_max_window_bits = window_bits;
    ws.set_option(offer);
    auto error = upgrade("wamp.2.json");
    REQUIRE_MESSAGE(!error, error.message());
    ws.text(true);
  }

  std::string extension() const {
    return std::string(response[beast::http::field::sec_websocket_extensions]);
  }
};

} // namespace

TEST_CASE("Beast's client and our server compress what they send each other") {
  for (int bits : {9, 15}) {
    server s(deflating(), echoing());
    deflating_client c(s.address(), bits);
    auto with_bits = "; server_max_window_bits=" + std::to_string(bits);
    CHECK(
        c.extension()
        == "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
               + with_bits);
    std::size_t sum = 0;
    for (std::size_t size : {0U, 1U, 255U, 256U, 4095U, 4096U, 65536U, 3'000'000U}) {
      auto text = pattern(size);
      c.send(text);
      CHECK(c.receive() == text);
      sum += size;
    }
    CHECK(s.io.counters().bytes_in.value() < sum / 10);
    CHECK(s.io.counters().bytes_out.value() < sum / 10);
  }
}

TEST_CASE("our client and our server compress, in every format, with batches and without") {
  server s(deflating(), echoing());
  for (auto f : all_formats)
    for (bool batched : {false, true}) {
      auto before = s.io.counters().bytes_out.value();
      dialer d;
      auto o = offering({f});
      o.deflate = true;
      o.batched = batched;
      auto p = d.connect(url_of(s.address(), websocket_url), o);
      std::vector<std::string> sent;
      auto send_all = [&] {
        for (std::size_t size : {1U, 255U, 256U, 4095U, 4096U, 65536U, 1'000'000U}) {
          auto text = pattern(size);
          auto body = slice(pattern(size));
          CHECK(p.link->send(std::string_view(text)) == send_result::queued);
          CHECK(p.link->send(body) == send_result::queued);
          CHECK(p.link->send_event(body) == send_result::queued);
          CHECK(p.link->send("[head", body, "tail]") == send_result::queued);
          for (int i = 0; i < 3; ++i)
            sent.push_back(text);
          sent.push_back("[head" + text + "tail]");
        }
      };
      send_all();
      d.there(send_all);
      REQUIRE(p.seen->wait_messages(sent.size()));
      CHECK(p.seen->taken() == sent);
      CHECK(eventually([&] { return p.link->queued_bytes() == 0; }));
      CHECK(s.io.counters().bytes_out.value() - before < 1'000'000);
      CHECK(d.io.counters().bytes_out.value() < 1'000'000);
      p.link->close(close_reason::normal);
      CHECK(p.seen->wait_closed() == close_reason::normal);
    }
}

TEST_CASE("one event for many, each with terms of its own") {
  server s(deflating());
  deflating_client narrow(s.address(), 9);
  auto p = s.next();
  deflating_client wide(s.address());
  auto q = s.next();
  ws_client plain(s.address(), format::json);
  auto r = s.next();
  for (std::size_t size : {1'000U, 100'000U, 2'000'000U, 10U})
    for (auto letter : {'a', 'b'}) {
      // Of an event in one place of memory after the other, none may be taken for another.
      auto event = slice(letter + pattern(size));
      auto expected = std::string(event.view());
      for (const auto& to : {p, q, r, p, q, r})
        s.io.post([link = to.link, event] { link->send_event(event); });
      event = {};
      for (auto* c : std::initializer_list<ws_client*>{&narrow, &wide, &plain})
        for (int i = 0; i < 2; ++i)
          CHECK(c->receive() == expected);
    }
}

TEST_CASE("compression happens only where both sides want it") {
  server off(deflating(false), echoing());
  deflating_client c(off.address());
  CHECK(c.extension().empty());
  c.send(pattern(10'000));
  CHECK(c.receive() == pattern(10'000));
  server on(deflating(), echoing());
  for (auto* s : {&off, &on})
    for (bool wished : {false, true}) {
      dialer d;
      auto o = offering({format::json});
      o.deflate = wished;
      auto p = d.connect(url_of(s->address(), websocket_url), o);
      CHECK(p.link->send(slice(pattern(100'000))) == send_result::queued);
      REQUIRE(p.seen->wait_messages(1));
      CHECK(p.seen->taken()[0] == pattern(100'000));
      CHECK((d.io.counters().bytes_out.value() < 50'000) == (wished && s == &on));
    }
  dialer d;
  auto o = offering({format::json});
  o.deflate = true;
  auto raw = d.connect(url_of(on.address(), rawsocket_url), o);
  CHECK(raw.link->send(slice(pattern(100'000))) == send_result::queued);
  REQUIRE(raw.seen->wait_messages(1));
}

TEST_CASE("what inflates beyond the limit is closed with 1009, and no memory is spent on it") {
  auto o = deflating();
  o.limits.max_message_size = 10'000;
  server s(o);
  deflating_client c(s.address());
  auto p = s.next();
  c.send(pattern(10'000));
  REQUIRE(p.seen->wait_messages(1));
  c.send(std::string(5'000'000, 'x'));
  CHECK(c.close_code() == 1009);
  CHECK(p.seen->wait_closed() == close_reason::too_big);
}

TEST_CASE("an event that was compressed may still be dropped, and counts for what it is then") {
  auto o = deflating();
  o.limits.write_queue = 100'000;
  reactions r;
  r.on_message = [&](connection& link, const slice&) {
    for (int i = 0; i < 1000; ++i)
      link.send_event(slice(std::string(50'000, static_cast<char>('a' + i % 26))));
  };
  server s(o, r);
  deflating_client c(s.address());
  auto p = s.next();
  c.send("go");
  REQUIRE(p.seen->wait_messages(1));
  p.link->close(close_reason::normal);
  std::size_t got = 0;
  while (auto m = c.receive()) {
    CHECK(m->size() == 50'000);
    ++got;
  }
  // Uncompressed, two would have fitted.
  CHECK(got > 300);
  CHECK(got + s.io.counters().events_dropped.value() == 1000);
  CHECK(got < 1000);
}
