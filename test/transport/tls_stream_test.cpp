// Connections through TLS to a router that is none of our code: whole messages, the ends of a
// stream, and what TLS does between messages.
#include <wamp/transport/owned_fd.hpp>
#include <wamp/transport/tls_stream.hpp>

#include <atomic>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "tls_router.hpp"

using namespace wamp;
using namespace wamp::testing;
using namespace std::string_literals;

namespace {

constexpr auto both = {websocket_url, rawsocket_url};

/// A connection and the router behind it.
struct pair {
  explicit pair(
      router_url::protocol speaks, reactions reacting = {}, connector_options o = trusting())
      : d(std::move(reacting)) {
    auto c = d.begin(r.url(speaks), std::move(o));
    r.accept(speaks);
    p = d.start(c.end->wait());
  }

  bool is_gone() {
    return eventually([&] { return d.io.counters().open.value() == 0; });
  }

  tls_router r;
  dialer d;
  peer p;
};

/// Keeps the io thread from its sockets as long as it lives.
class standstill {
public:
  explicit standstill(io_thread& io) {
    auto begun = std::make_shared<std::promise<void>>();
    io.post([begun, over = over_.get_future().share()] {
      begun->set_value();
      over.wait();
    });
    begun->get_future().wait();
  }
  ~standstill() { over_.set_value(); }

private:
  std::promise<void> over_;
};

} // namespace

TEST_CASE("messages of all lengths go both ways through TLS") {
  for (auto speaks : both) {
    pair t(speaks);
    CHECK(t.p.link->transport_name() == (speaks == websocket_url ? "websocket" : "rawsocket"));
    std::vector<std::string> sent;
    for (std::size_t size :
         {0U, 1U, 125U, 4095U, 4096U, 16'383U, 16'384U, 16'385U, 65'536U, 300'000U, 5'000'000U,
          7U}) {
      sent.push_back(pattern(size));
      CHECK(t.p.link->send(slice(pattern(size))) == send_result::queued);
    }
    for (const auto& message : sent) {
      auto came = t.r.receive();
      CHECK(came == message);
      t.r.send(came);
    }
    REQUIRE(t.p.seen->wait_messages(sent.size()));
    CHECK(t.p.seen->taken() == sent);
    CHECK(eventually([&] { return t.p.link->queued_bytes() == 0; }));
  }
}

TEST_CASE("many small messages in a row, and every way to send them") {
  for (auto speaks : both) {
    pair t(speaks, echoing());
    for (int i = 0; i < 2000; ++i)
      t.r.send(std::to_string(i));
    for (int i = 0; i < 2000; ++i)
      CHECK(t.r.receive() == std::to_string(i));
    std::vector<std::string> sent;
    t.d.there([&] {
      for (std::size_t size : {0U, 10U, 4083U, 20'000U, 100'000U}) {
        auto text = pattern(size);
        t.p.link->send(std::string_view(text));
        t.p.link->send(slice(pattern(size)));
        t.p.link->send("[head", slice(pattern(size)), "tail]");
        sent.insert(sent.end(), {text, text, "[head" + text + "tail]"});
      }
    });
    for (const auto& message : sent)
      CHECK(t.r.receive() == message);
  }
}

TEST_CASE("small messages of one turn share a record") {
  pair t(rawsocket_url);
  std::atomic<int> records{0};
  SSL_set_msg_callback_arg(t.r.native(), &records);
  SSL_set_msg_callback(
      t.r.native(), +[](int sent, int, int type, const void*, std::size_t, SSL*, void* counted) {
        if (sent == 0 && type == SSL3_RT_HEADER)
          ++*static_cast<std::atomic<int>*>(counted);
      });
  t.d.there([&] {
    for (int i = 0; i < 100; ++i)
      t.p.link->send("0123456789");
    t.p.link->send(slice(pattern(5000)));
    t.p.link->send("end");
  });
  for (int i = 0; i < 100; ++i)
    CHECK(t.r.receive() == "0123456789");
  CHECK(t.r.receive() == pattern(5000));
  CHECK(t.r.receive() == "end");
  CHECK(records == 1);
}

TEST_CASE("a router that does not speak TLS is told of") {
  dialer d;
  server plain;
  for (auto speaks : both) {
    auto url = url_of(plain.address(), speaks);
    url.tls = true;
    CHECK(d.refusal(url, trusting()) == "the peer does not speak TLS");
  }
  CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
}

TEST_CASE("whoever closes in TLS's handshake, or is silent, is given up") {
  dialer d;
  for (auto speaks : both) {
    tls_router r;
    auto c = d.begin(r.url(speaks), trusting());
    r.accept();
    asio::write(r.tcp(), asio::buffer("\x16\x03\x03"s)); // the beginning of a record
    r.tcp().shutdown(asio::ip::tcp::socket::shutdown_send);
    CHECK(d.reason(r.url(speaks), c) == "the connection was closed during the handshake");
    for (bool says_nothing : {true, false}) {
      auto o = trusting();
      o.limits.handshake_timeout = 100ms;
      auto waiting = d.begin(r.url(speaks), o);
      r.accept();
      if (!says_nothing)
        asio::write(r.tcp(), asio::buffer("\x16\x03\x03"s));
      CHECK(d.reason(r.url(speaks), waiting) == "no answer within 100 ms, during the handshake");
    }
    // Nor is the handshake of WAMP's transport waited for any longer.
    auto o = trusting();
    o.limits.handshake_timeout = 200ms;
    auto waiting = d.begin(r.url(speaks), o);
    r.accept();
    REQUIRE(!r.shake_hands());
    CHECK(d.reason(r.url(speaks), waiting) == "no answer within 200 ms, during the handshake");
  }
  CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
}

TEST_CASE("a close by the client ends in a close_notify") {
  {
    pair t(rawsocket_url);
    t.p.link->send(slice(pattern(500'000)));
    t.p.link->close(close_reason::normal);
    CHECK(t.r.receive() == pattern(500'000));
    CHECK(t.r.read_all().empty());
    CHECK(t.r.last_error == asio::error::eof);
    CHECK(t.p.seen->wait_closed() == close_reason::normal);
    t.r.say_goodbye();
    CHECK(t.is_gone());
  }
  pair t(websocket_url);
  t.p.link->close(close_reason::normal);
  beast::flat_buffer buffer;
  auto error = t.r.run([&](auto done) { t.r.ws().async_read(buffer, done); }).first;
  CHECK(error == websocket::error::closed);
  CHECK(t.r.ws().reason().code == websocket::close_code::normal);
  CHECK(t.p.seen->wait_closed() == close_reason::normal);
  CHECK(t.is_gone());
}

TEST_CASE("a close_notify that the kernel does not take at once is sent later") {
  pair t(rawsocket_url);
  {
    standstill pause(t.d.io);
    t.p.link->send(slice(pattern(6'000'000)));
    t.p.link->close(close_reason::normal);
  }
  CHECK(t.r.receive() == pattern(6'000'000));
  CHECK(t.r.read_all().empty());
  CHECK(t.r.last_error == asio::error::eof);
}

TEST_CASE("a close by the router is answered by a close_notify") {
  {
    pair t(rawsocket_url);
    t.r.send("last words");
    CHECK(!t.r.say_goodbye()); // would be told that the stream was truncated
    CHECK(t.p.seen->wait_closed() == close_reason::peer_closed);
    CHECK(t.p.seen->detail == "end of stream");
    CHECK(t.p.seen->taken() == std::vector{"last words"s});
    CHECK(t.is_gone());
  }
  pair t(websocket_url);
  auto error =
      t.r.run([&](auto done) { t.r.ws().async_close(websocket::close_code::normal, done); }).first;
  CHECK(!error);
  CHECK(t.p.seen->wait_closed() == close_reason::peer_closed);
  CHECK(t.p.seen->detail == "close code 1000");
  CHECK(t.is_gone());
}

TEST_CASE("a router that has said goodbye still gets all that was sent to it") {
  // The last that was taken may be neither in the queue nor with the kernel.
  for (std::size_t round = 0; round < 6; ++round) {
    tls_router r;
    dialer d;
    auto o = trusting();
    o.limits.close_timeout = patience;
    auto c = d.begin(r.url(rawsocket_url), o);
    r.accept();
    // Asio can not end its own half alone.
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(r.tls.native_handle()), &SSL_free);
    r.tcp().native_non_blocking(false);
    timeval limit{patience.count(), 0};
    ::setsockopt(r.tcp().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    SSL_set_fd(ssl.get(), r.tcp().native_handle());
    REQUIRE(SSL_accept(ssl.get()) == 1);
    std::array<char, 5000> buffer;
    REQUIRE(SSL_read(ssl.get(), buffer.data(), 4) == 4);
    REQUIRE(SSL_write(ssl.get(), "\x7F\xF1\0\0", 4) == 4);
    auto p = d.start(c.end->wait());
    auto sent = pattern(8'000'000 + round * 12'345);
    d.there([&] { p.link->send(slice(std::string(sent))); });
    d.there([] {}); // a turn later it is being written
    SSL_shutdown(ssl.get());
    CHECK(p.seen->wait_closed() == close_reason::peer_closed);
    std::string came;
    int n = 0;
    while ((n = SSL_read(ssl.get(), buffer.data(), buffer.size())) > 0)
      came.append(buffer.data(), static_cast<std::size_t>(n));
    CHECK(SSL_get_error(ssl.get(), n) == SSL_ERROR_ZERO_RETURN);
    CHECK(came.size() == sent.size() + 4);
    CHECK(came.ends_with(sent));
  }
}

TEST_CASE("a stream that ends without close_notify was cut off") {
  for (auto speaks : both)
    for (bool at_once : {true, false}) {
      pair t(speaks);
      {
        // The message and the end of the stream are seen in one turn, or in two.
        std::optional<standstill> pause;
        if (at_once)
          pause.emplace(t.d.io);
        t.r.send("half a thought");
        if (!at_once)
          CHECK(t.p.seen->wait_messages(1));
        t.r.tcp().shutdown(asio::ip::tcp::socket::shutdown_send);
      }
      CHECK(t.p.seen->wait_closed() == close_reason::network_error);
      CHECK(t.p.seen->detail == "the connection was cut off: TLS did not end it");
      CHECK(t.p.seen->taken() == std::vector{"half a thought"s});
      CHECK(t.is_gone());
    }
}

TEST_CASE("records that nobody can read end the connection") {
  struct row {
    std::string bytes;
    std::string why;
  };
  for (const auto& r : {
           row{"this is no record at all", "TLS failed: wrong version number"},
           row{"\x17\x03\x03\x00\x20"s + std::string(32, 'x'),
               "TLS failed: decryption failed or bad record mac"},
       }) {
    pair t(rawsocket_url);
    t.r.send("fine");
    asio::write(t.r.tcp(), asio::buffer(r.bytes));
    CHECK(t.p.seen->wait_closed() == close_reason::network_error);
    CHECK(t.p.seen->detail == r.why);
    CHECK(t.p.seen->taken() == std::vector{"fine"s});
    // The router is told, too, by an alert.
    t.r.read_all();
    CHECK(t.r.last_error.category() == asio::error::get_ssl_category());
    CHECK(t.is_gone());
  }
}

TEST_CASE("a broken connection raises no signal") {
  pair t(rawsocket_url);
  t.p.link->send(slice(pattern(12'000'000)));
  // More than the kernel takes: the writer waits when the router goes.
  CHECK(!t.r.read(1).empty());
  {
    standstill pause(t.d.io);
    t.r.tcp().shutdown(asio::ip::tcp::socket::shutdown_send);
    t.r.tcp().close();
  }
  CHECK(t.p.seen->wait_closed() == close_reason::network_error);
  CHECK(t.is_gone());
}

TEST_CASE("what OpenSSL has read already is not forgotten while nobody reads") {
  // The answer to the handshake and all but the last octets of a message fill what one read takes
  // during the handshake: the next record is in OpenSSL's buffer, where the kernel does not know
  // of it.
  constexpr std::size_t one_read = 16'384;
  for (bool paused : {false, true}) {
    reactions pausing;
    if (paused)
      pausing.on_message = [](connection& c, const slice&) { c.pause_reading(); };
    tls_router r;
    dialer d(pausing);
    auto c = d.begin(r.url(rawsocket_url), trusting());
    r.accept();
    REQUIRE(!r.shake_hands());
    CHECK(r.read(4).size() == 4);
    {
      standstill pause(d.io);
      auto first = raw_client::frame("first");
      auto second = raw_client::frame(pattern(one_read));
      auto all = std::string("\x7F\xF1\0\0", 4) + first + second;
      r.write(all.substr(0, one_read));
      r.write(all.substr(one_read));
    }
    auto p = d.start(c.end->wait());
    if (paused) {
      CHECK(p.seen->wait_messages(1));
      // Until the loop has seen that nobody reads.
      d.there([] {});
      d.there([] {});
      p.link->resume_reading();
    }
    REQUIRE(p.seen->wait_messages(2));
    CHECK(p.seen->taken() == std::vector{"first"s, pattern(one_read)});
  }
}

TEST_CASE("reading may pause and go on in the middle of a stream") {
  for (auto speaks : both) {
    reactions pausing;
    pausing.on_message = [](connection& c, const slice&) {
      c.pause_reading();
      c.resume_reading();
    };
    pair t(speaks, pausing);
    std::vector<std::string> sent;
    for (std::size_t i = 0; i < 200; ++i) {
      sent.push_back(pattern(100 + i * 331));
      t.r.send(sent.back());
      if (i % 20 == 0)
        t.p.link->pause_reading();
      if (i % 20 == 10)
        t.p.link->resume_reading();
    }
    t.p.link->resume_reading();
    REQUIRE(t.p.seen->wait_messages(sent.size()));
    CHECK(t.p.seen->taken() == sent);
  }
}

TEST_CASE("new keys are taken and answered, also when there is nothing else to say") {
  for (auto speaks : both) {
    pair t(speaks, echoing());
    for (int i = 0; i < 3; ++i) {
      t.r.send("before");
      CHECK(t.r.receive() == "before");
      REQUIRE(SSL_key_update(t.r.native(), SSL_KEY_UPDATE_REQUESTED) == 1);
      t.r.send("with new keys");
      CHECK(t.r.receive() == "with new keys");
    }
  }
  // OpenSSL answers a request for new keys with its next record, or when it is asked once more.
  // That answer is not held back until there is a message.
  pair t(rawsocket_url);
  for (std::size_t i = 1; i <= 2; ++i) {
    REQUIRE(SSL_key_update(t.r.native(), SSL_KEY_UPDATE_REQUESTED) == 1);
    t.r.send("new keys");
    REQUIRE(t.p.seen->wait_messages(i));
  }
  CHECK(eventually([&] { return t.r.tcp().available() > 0; }));
  t.p.link->send("my own");
  CHECK(t.r.receive() == "my own");
}

TEST_CASE("a peer that asks for new keys and reads no answer is given up") {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
  owned_fd ours(ends[0]);
  owned_fd theirs(ends[1]);
  asio::ssl::context tls(asio::ssl::context::tls_server);
  auto mine = make_credential({});
  tls.use_certificate(asio::buffer(mine.certificate_pem()), asio::ssl::context::pem);
  tls.use_private_key(asio::buffer(mine.key_pem()), asio::ssl::context::pem);
  std::unique_ptr<SSL, decltype(&SSL_free)> peer(SSL_new(tls.native_handle()), &SSL_free);
  SSL_set_fd(peer.get(), theirs.get());
  SSL_set_accept_state(peer.get());
  auto stream = context_of({.verify_peer = false})->connect(ours.get(), "router.test");
  REQUIRE(stream.has_value());
  auto& s = **stream;
  std::array<char, 1000> buffer;
  for (int i = 0; i < 10; ++i) {
    s.write({});
    SSL_do_handshake(peer.get());
    s.read(buffer.data(), buffer.size());
  }
  REQUIRE(SSL_is_init_finished(peer.get()) == 1);
  io_result last;
  for (int i = 0; i < 100'000 && last.what != io_result::status::failed; ++i) {
    SSL_key_update(peer.get(), SSL_KEY_UPDATE_REQUESTED);
    SSL_do_handshake(peer.get());
    last = s.read(buffer.data(), buffer.size());
    s.write({});
  }
  CHECK(last.what == io_result::status::failed);
  CHECK(last.error.message() == "the peer does not read TLS's answers");
  CHECK(s.write({}).what == io_result::status::failed);
}

TEST_CASE("an attempt that is cancelled, or whose thread ends, leaves no TLS behind") {
  tls_router r;
  {
    dialer d;
    auto c = d.begin(r.url(websocket_url), trusting());
    r.accept();
    c.connecting->cancel();
    std::string rest;
    r.run([&](auto done) { asio::async_read(r.tcp(), asio::dynamic_buffer(rest), done); });
    CHECK(c.end->calls() == 0);
    CHECK(eventually([&] { return d.io.counters().open.value() == 0; }));
  }
  ending end;
  std::unique_ptr<connector> c;
  {
    dialer d;
    c = std::make_unique<connector>(
        d.io, r.url(websocket_url), trusting(), [&](connector::result got) { end.set(got); });
    r.accept();
  }
  CHECK(!end.wait().has_value());
}

TEST_CASE("a router that does not read slows down, and gets everything in the end") {
  for (auto speaks : both) {
    auto o = trusting();
    o.limits.write_queue = 1'000'000;
    pair t(speaks, {}, o);
    std::size_t queued = 0;
    auto patterned = pattern(50'000);
    // The kernel takes some megabytes; then the queue fills, then no more is taken.
    for (auto until = std::chrono::steady_clock::now() + patience;
         std::chrono::steady_clock::now() < until; ++queued) {
      auto answer = t.p.link->send(slice(std::string(patterned)));
      if (answer == send_result::overflow)
        break;
      REQUIRE(answer == send_result::queued);
    }
    // Control frames pass messages, but nothing that was begun.
    for (std::size_t i = 0; i < queued; ++i)
      CHECK(t.r.receive() == patterned);
    CHECK(t.p.seen->wait([](const record& seen) { return seen.writables > 0; }));
    CHECK(eventually([&] { return t.p.link->queued_bytes() == 0; }));
  }
}
