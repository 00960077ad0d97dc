// Listening: what is refused and how, limits, Unix socket files, running out of descriptors.

#include <ctime>
#include <fcntl.h>
#include <future>
#include <set>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "loopback.hpp"

using namespace wamp;
using namespace wamp::testing;

namespace {

std::string request(const listen_address& to, std::string_view text) {
  client c(to);
  c.write(text);
  auto answer = c.read_all();
  CHECK(c.last_error == asio::error::eof);
  return answer;
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0;
}

/// What the io thread has used so far.
std::chrono::nanoseconds processor_time(io_thread& io) {
  std::promise<std::chrono::nanoseconds> used;
  io.post([&] {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    used.set_value(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
  });
  return used.get_future().get();
}

/// Leaves the file of a Unix socket behind, as a killed process does; or goes on serving it.
class old_socket {
public:
  explicit old_socket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    REQUIRE(::bind(fd_, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0);
    REQUIRE(::listen(fd_, 1) == 0);
  }
  ~old_socket() { ::close(fd_); }
  old_socket(const old_socket&) = delete;
  old_socket& operator=(const old_socket&) = delete;

private:
  int fd_;
};

} // namespace

TEST_CASE("/health is answered, also on a Unix socket") {
  for (auto address : {any_port(), fresh_path()}) {
    server s({}, {}, address);
    auto answer = request(s.address(), "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(answer.starts_with("HTTP/1.1 200 "));
    CHECK(answer.ends_with("{\"status\":\"ok\"}\n"));
    CHECK(eventually([&] { return s.gate->open_connections() == 0; }));
    CHECK(s.io.counters().handshake_failures.value() == 0);
    CHECK(s.io.counters().accepted.value() == 1);
  }
}

TEST_CASE("a WebSocket client without a subprotocol of ours is refused") {
  server s;
  for (auto protocols : {"", "mqtt", "wamp.3.json"}) {
    ws_client c(s.address());
    CHECK(c.upgrade(protocols) == websocket::error::upgrade_declined);
    CHECK(c.response.result() == beast::http::status::bad_request);
  }
  ws_client elsewhere(s.address());
  CHECK(elsewhere.upgrade("wamp.2.json", "/elsewhere") == websocket::error::upgrade_declined);
  CHECK(elsewhere.response.result() == beast::http::status::not_found);
  CHECK(eventually([&] { return s.io.counters().handshake_failures.value() == 4; }));
}

TEST_CASE("Beast's client offers several subprotocols and gets its favourite") {
  server s;
  ws_client c(s.address());
  REQUIRE(!c.upgrade("wamp.2.cbor, wamp.2.json", "/"));
  CHECK(c.response[beast::http::field::sec_websocket_protocol] == "wamp.2.cbor");
  CHECK(s.next().link->wire_format() == format::cbor);
}

TEST_CASE("a rawsocket client with an unknown serializer gets its error and the end") {
  server s;
  CHECK(request(s.address(), std::string("\x7F\xF5\0\0", 4)) == std::string("\x7F\x10\0\0", 4));
  CHECK(request(s.address(), std::string("\x7F\xF1\0\1", 4)) == std::string("\x7F\x30\0\0", 4));
}

TEST_CASE("whoever leaves during the handshake is forgotten") {
  server s;
  for (std::string_view part : {"", "\x7F", "GET /w"}) {
    client c(s.address());
    if (!part.empty())
      c.write(part);
  }
  CHECK(eventually([&] { return s.io.counters().handshake_failures.value() == 3; }));
  CHECK(eventually([&] { return s.io.counters().open.value() == 0; }));
}

TEST_CASE("over max_connections clients are told so, and served again later") {
  listener_options o;
  o.max_connections = 2;
  server s(o);
  raw_client one(s.address(), format::json);
  auto first = s.next();
  ws_client two(s.address(), format::json);
  s.next();
  CHECK(request(s.address(), std::string("\x7F\xF1\0\0", 4)) == std::string("\x7F\x40\0\0", 4));
  CHECK(eventually([&] { return s.gate->open_connections() == 2; }));
  ws_client three(s.address());
  CHECK(three.upgrade("wamp.2.json") == websocket::error::upgrade_declined);
  CHECK(three.response.result() == beast::http::status::service_unavailable);
  three.ws.next_layer().close();
  first.link->abort();
  CHECK(eventually([&] { return s.gate->open_connections() == 1; }));
  raw_client again(s.address(), format::json);
  CHECK(again.answer[1] == '\xF1');
}

TEST_CASE("silent clients over the limit do not pile up") {
  listener_options o;
  o.max_connections = 1;
  server s(o);
  std::vector<std::unique_ptr<client>> silent;
  for (int i = 0; i < 100; ++i)
    silent.push_back(std::make_unique<client>(s.address()));
  CHECK(silent.back()->read_all().empty()); // closed without a word
  CHECK(s.gate->open_connections() == 65);
}

TEST_CASE("stop() refuses new clients and leaves the others alone") {
  reactions r;
  r.echo = true;
  for (auto address : {any_port(), fresh_path()}) {
    server s({}, r, address);
    raw_client c(s.address(), format::json);
    s.next();
    s.gate->stop();
    CHECK(eventually([&] {
      asio::io_context context;
      client_socket probe(context);
      error_code error;
      if (address.type == listen_address::kind::local)
        probe.connect(asio::local::stream_protocol::endpoint(address.path), error);
      else
        probe.connect(
            asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), s.address().port), error);
      return error.failed();
    }));
    c.send("still here");
    CHECK(c.receive() == "still here");
  }
}

TEST_CASE("a port that is taken is an error, not a crash") {
  server s;
  io_thread io;
  auto second = listener::open(io, s.address(), {}, [](std::shared_ptr<connection>) {});
  REQUIRE(!second.has_value());
  CHECK(second.error().starts_with("can not listen on 127.0.0.1:"));
  auto nowhere = listener::open(
      io, *listen_address::parse("unix:/nonexistent/folder/socket"), {},
      [](std::shared_ptr<connection>) {});
  CHECK(!nowhere.has_value());
  auto not_ours = listener::open(
      io, *listen_address::parse("192.0.2.1:0"), {}, [](std::shared_ptr<connection>) {});
  CHECK(!not_ours.has_value());
}

TEST_CASE("a listener may have a name or an IPv6 address") {
  for (auto text : {"localhost:0", "[::1]:0"}) {
    server s({}, {}, *listen_address::parse(text));
    CHECK(s.address().port != 0);
    if (text[0] == '[') {
      raw_client c(s.address(), format::json);
      CHECK(s.next().link->peer_name().starts_with("tcp6:[::1]:"));
    }
  }
}

TEST_CASE("a Unix socket's stale file is replaced, and ours removed") {
  auto address = fresh_path();
  { old_socket stale(address.path); }
  REQUIRE(exists(address.path));
  {
    server s({}, {}, address);
    raw_client c(s.address(), format::json);
    s.next();
  }
  CHECK(!exists(address.path));
}

TEST_CASE("a Unix socket's file that is served, or is no socket, is left alone") {
  auto address = fresh_path();
  io_thread io;
  {
    old_socket served(address.path);
    auto l = listener::open(io, address, {}, [](std::shared_ptr<connection>) {});
    REQUIRE(!l.has_value());
    CHECK(l.error().ends_with("somebody else listens there"));
  }
  ::unlink(address.path.c_str());
  int file = ::open(address.path.c_str(), O_CREAT | O_WRONLY, 0600);
  REQUIRE(file >= 0);
  ::close(file);
  CHECK(!listener::open(io, address, {}, [](std::shared_ptr<connection>) {}).has_value());
  CHECK(exists(address.path));
  ::unlink(address.path.c_str());
}

TEST_CASE("connections are spread over threads, each served by its own") {
  io_thread a;
  io_thread b;
  listener_options o;
  o.spread_over = {&a, &b};
  reactions r;
  r.echo = true;
  server s(o, r);
  a.run();
  b.run();
  std::vector<std::unique_ptr<raw_client>> clients;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<raw_client>(s.address(), format::json));
    auto p = s.next();
    clients.back()->send("x");
    CHECK(clients.back()->receive() == "x");
    REQUIRE(p.seen->wait_messages(1));
    std::lock_guard lock(p.seen->mutex);
    threads.insert(p.seen->thread);
  }
  CHECK(threads.size() == 2);
  CHECK(a.counters().accepted.value() == 3);
  CHECK(b.counters().accepted.value() == 3);
  CHECK(s.io.counters().accepted.value() == 0);
  a.stop();
  b.stop();
}

TEST_CASE("without descriptors the others are served, and the waiting ones later") {
  reactions r;
  r.echo = true;
  server s({}, r);
  auto served = std::make_unique<raw_client>(s.address(), format::json);
  auto p = s.next();
  // The clients' sockets are there before the limit falls on the next descriptor.
  asio::io_context context;
  std::vector<client_socket> waiting;
  asio::generic::stream_protocol::endpoint to(
      asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), s.address().port));
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back(context);
    waiting.back().open(to.protocol());
  }
  rlimit old{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
  int lowest_free = ::dup(0);
  ::close(lowest_free);
  rlimit none = old;
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  auto before = processor_time(s.io);
  for (auto& w : waiting)
    w.connect(to);
  bool complained = eventually([&] { return !s.complaints().empty(); });
  served->send("still served");
  auto echo = served->receive();
  ::setrlimit(RLIMIT_NOFILE, &old);
  CHECK(complained);
  CHECK(echo == "still served");
  // Nobody closes anything: the listener tries again by itself.
  CHECK(eventually([&] { return s.gate->open_connections() == 4; }));
  CHECK(s.complaints().size() == 1);
  CHECK(s.complaints()[0].find("Too many open files") != std::string::npos);
  // It did so after half a second of rest, not of trying.
  CHECK(processor_time(s.io) - before < 250ms);
}

TEST_CASE("a descriptor that one of our connections gives back is used at once") {
  server s;
  raw_client one(s.address(), format::json);
  auto p = s.next();
  asio::io_context context;
  asio::generic::stream_protocol::endpoint to(
      asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), s.address().port));
  client_socket waiting(context);
  waiting.open(to.protocol());
  rlimit old{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &old) == 0);
  int lowest_free = ::dup(0);
  ::close(lowest_free);
  rlimit none = old;
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  waiting.connect(to);
  bool complained = eventually([&] { return !s.complaints().empty(); });
  p.link->abort();
  bool accepted = eventually([&] { return s.io.counters().accepted.value() == 2; });
  ::setrlimit(RLIMIT_NOFILE, &old);
  CHECK(complained);
  CHECK(accepted);
}

namespace {

/// From another address of this machine.
class client_from : public client {
public:
  client_from(const std::string& from, const listen_address& to) {
    socket.open(asio::ip::tcp::v4());
    socket.bind(asio::ip::tcp::endpoint(asio::ip::make_address(from), 0));
    socket.connect(asio::ip::tcp::endpoint(asio::ip::make_address(to.host), to.port));
  }

  /// Whether RawSocket's handshake is answered.
  bool is_served() {
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer("\x7F\xF1\0\0", 4), ignored);
    return read(4).size() == 4;
  }
};

} // namespace

TEST_CASE("an address with too many connections is turned away, and others are not") {
  listener_options o;
  o.max_connections_per_address = 2;
  server s(o);
  raw_client one(s.address(), format::json);
  auto first = s.next();
  CHECK(first.link->peer().address == "127.0.0.1");
  raw_client two(s.address(), format::json);
  CHECK(!client_from("127.0.0.1", s.address()).is_served());
  CHECK(s.io.counters().turned_away.value() == 1);
  client_from other("127.0.0.2", s.address());
  CHECK(other.is_served());
  first.link->abort();
  CHECK(eventually([&] { return s.gate->open_connections() == 2; }));
  CHECK(client_from("127.0.0.1", s.address()).is_served());
  REQUIRE(s.complaints().size() == 1);
  CHECK(s.complaints()[0].starts_with("turned tcp4:127.0.0.1:"));
  CHECK(s.complaints()[0].ends_with("this address has too many connections"));
}

TEST_CASE("connections that never became one give their place back, too") {
  listener_options o;
  o.max_connections_per_address = 1;
  o.max_connections = 2;
  server s(o);
  std::uint64_t accepted = 0;
  for (std::string_view part : {"", "\x7F\0", "GET /x HTTP/1.1\r\n\r\n", "\x7F\xF1\x01\0"}) {
    {
      client c(s.address());
      if (!part.empty())
        c.write(part);
    }
    ++accepted;
    CHECK(eventually([&] { return s.io.counters().accepted.value() == accepted; }));
    CHECK(eventually([&] { return s.gate->open_connections() == 0; }));
  }
  // Nor do those keep one that were told that the listener is full.
  client_from one("127.0.0.2", s.address()), two("127.0.0.3", s.address());
  CHECK(one.is_served());
  CHECK(two.is_served());
  for (int i = 0; i < 3; ++i) {
    client_from full("127.0.0.1", s.address());
    CHECK(full.is_served()); // by an error
    full.socket.close();
    CHECK(eventually([&] { return s.gate->open_connections() == 2; }));
  }
  CHECK(s.io.counters().turned_away.value() == 0);
}

TEST_CASE("an address that connects too often is turned away, and others are not") {
  listener_options o;
  o.max_new_connections_per_second = 3;
  server s(o);
  int served = 0;
  auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 30; ++i)
    served += client_from("127.0.0.1", s.address()).is_served();
  CHECK(client_from("127.0.0.2", s.address()).is_served());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(served >= 3);
  CHECK(served <= 3 + 3 * took.count());
  CHECK(s.complaints().at(0).ends_with("this address connects too often"));
}

TEST_CASE("a Unix socket's peers have no address to count") {
  listener_options o;
  o.max_connections_per_address = 1;
  o.max_new_connections_per_second = 1;
  server s(o, {}, fresh_path());
  raw_client one(s.address(), format::json), two(s.address(), format::json);
  CHECK(two.answer.size() == 4);
  CHECK(s.next().link->peer().address.empty());
}
