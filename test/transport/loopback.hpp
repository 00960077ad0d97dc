// What the socket tests share: a server whose connections record what they are told, and
// clients made of Beast and Asio, whose every step fails after a generous deadline instead of
// hanging.
#pragma once

#include <wamp/transport/io_thread.hpp>
#include <wamp/transport/listener.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace wamp::testing {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using namespace std::chrono_literals;
using boost::system::error_code;

inline constexpr auto patience = 30s;

/// For what has no condition variable: counters. True as soon as it is.
template <class Predicate>
bool eventually(Predicate holds) {
  auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::yield();
  }
  return true;
}

/// What one connection was told, readable from the test's thread.
class record {
public:
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> messages;
  std::size_t batches = 0;
  std::size_t deadlines = 0;
  std::size_t writables = 0;
  std::size_t after_end = 0; // calls after on_closed
  std::string violation;
  std::optional<close_reason> closed;
  std::string detail;
  std::thread::id thread;

  template <class Predicate>
  bool wait(Predicate holds) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, patience, [&] { return holds(*this); });
  }

  bool wait_messages(std::size_t n) {
    return wait([n](const record& r) { return r.messages.size() >= n; });
  }

  close_reason wait_closed() {
    REQUIRE(wait([](const record& r) { return r.closed.has_value(); }));
    std::lock_guard lock(mutex);
    return *closed;
  }

  std::vector<std::string> taken() {
    std::lock_guard lock(mutex);
    return messages;
  }
};

struct peer {
  std::shared_ptr<connection> link;
  std::shared_ptr<record> seen;
};

/// What a test may want to do on the io thread.
struct reactions {
  bool echo = false;
  std::function<void(connection&, const slice&)> on_message;
  std::function<void(connection&)> on_deadline;
  std::function<void(connection&)> on_writable;
  std::function<void(connection&)> on_violation;
};

class recorder final : public connection_handler {
public:
  recorder(peer p, reactions r) : peer_(std::move(p)), reactions_(std::move(r)) {}

  void on_messages(std::vector<slice> messages) override {
    for (const auto& m : messages) {
      if (reactions_.echo)
        peer_.link->send(m);
      if (reactions_.on_message)
        reactions_.on_message(*peer_.link, m);
    }
    note([&](record& r) {
      ++r.batches;
      for (const auto& m : messages)
        r.messages.emplace_back(m.view());
    });
  }

  void on_deadline() override {
    if (reactions_.on_deadline)
      reactions_.on_deadline(*peer_.link);
    note([](record& r) { ++r.deadlines; });
  }

  void on_writable() override {
    if (reactions_.on_writable)
      reactions_.on_writable(*peer_.link);
    note([](record& r) { ++r.writables; });
  }

  void on_violation(std::string_view detail) override {
    if (reactions_.on_violation)
      reactions_.on_violation(*peer_.link);
    note([&](record& r) { r.violation = detail; });
  }

  void on_closed(close_reason reason, std::string_view detail) override {
    note([&](record& r) {
      r.closed = reason;
      r.detail = detail;
    });
  }

private:
  template <class F>
  void note(F f) {
    std::lock_guard lock(peer_.seen->mutex);
    if (peer_.seen->closed)
      ++peer_.seen->after_end;
    peer_.seen->thread = std::this_thread::get_id();
    f(*peer_.seen);
    peer_.seen->changed.notify_all();
  }

  peer peer_;
  reactions reactions_;
};

inline listen_address any_port() {
  return *listen_address::parse("127.0.0.1:0");
}

/// A path for a Unix socket that no other test uses.
inline listen_address fresh_path() {
  static int number = 0;
  return *listen_address::parse(
      "unix:/tmp/wamp_test_" + std::to_string(::getpid()) + "_" + std::to_string(++number));
}

class server {
public:
  explicit server(
      listener_options options = {}, reactions r = {}, listen_address address = any_port(),
      bool start_connections = true)
      : reactions_(std::move(r)), start_(start_connections) {
    auto opened = listener::open(
        io, address, std::move(options),
        [this](std::shared_ptr<connection> c) { welcome(std::move(c)); },
        [this](std::string_view text) {
          std::lock_guard lock(mutex_);
          complaints_.emplace_back(text);
        });
    REQUIRE(opened.has_value());
    gate = std::move(*opened);
    io.run();
  }

  ~server() { io.stop(); }

  const listen_address& address() const { return gate->local_address(); }

  /// The next connection that was announced.
  peer next() {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, patience, [&] { return !peers_.empty(); }));
    auto p = std::move(peers_.front());
    peers_.pop_front();
    return p;
  }

  std::vector<std::string> complaints() {
    std::lock_guard lock(mutex_);
    return complaints_;
  }

  std::unique_ptr<connection_handler> handler(const peer& p) {
    return std::make_unique<recorder>(p, reactions_);
  }

private:
  void welcome(std::shared_ptr<connection> c) {
    peer p{std::move(c), std::make_shared<record>()};
    if (start_)
      p.link->start(handler(p));
    std::lock_guard lock(mutex_);
    peers_.push_back(std::move(p));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<peer> peers_;
  std::vector<std::string> complaints_;
  reactions reactions_;
  bool start_;

public:
  io_thread io; // gone before what its handlers use
  std::unique_ptr<listener> gate;
};

using client_socket = asio::generic::stream_protocol::socket;

/// A socket to the server and the loop that drives it, on the test's own thread.
class client {
public:
  explicit client(const listen_address& to) : socket(context) {
    if (to.type == listen_address::kind::local)
      endpoint_ = asio::local::stream_protocol::endpoint(to.path);
    else
      endpoint_ = asio::ip::tcp::endpoint(asio::ip::make_address(to.host), to.port);
    socket.connect(endpoint_);
  }

  /// Runs one asynchronous operation to its end.
  template <class Initiate>
  std::pair<error_code, std::size_t> run(Initiate initiate) {
    std::optional<std::pair<error_code, std::size_t>> result;
    initiate([&](error_code e, std::size_t n = 0) { result.emplace(e, n); });
    context.restart();
    auto until = std::chrono::steady_clock::now() + patience;
    while (!result && context.run_one_until(until) > 0) {
    }
    REQUIRE_MESSAGE(result.has_value(), "an operation of the client did not end");
    return *result;
  }

  void write(std::string_view bytes) {
    auto [error, n] = run([&](auto done) {
      asio::async_write(socket, asio::buffer(bytes.data(), bytes.size()), done);
    });
    REQUIRE_MESSAGE(!error, error.message());
  }

  /// `size` bytes, or fewer if the stream ends.
  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    auto [error, n] = run([&](auto done) { asio::async_read(socket, asio::buffer(bytes), done); });
    last_error = error;
    bytes.resize(n);
    return bytes;
  }

  /// All to the end of the stream.
  std::string read_all() {
    std::string bytes;
    auto [error, n] =
        run([&](auto done) { asio::async_read(socket, asio::dynamic_buffer(bytes), done); });
    last_error = error;
    return bytes;
  }

  asio::io_context context;
  client_socket socket;
  error_code last_error;

protected:
  /// Not connected yet.
  client() : socket(context) {}

private:
  asio::generic::stream_protocol::endpoint endpoint_;
};

class ws_client : public client {
public:
  explicit ws_client(const listen_address& to) : client(to), ws(std::move(socket)) {}

  /// Connected and upgraded.
  ws_client(const listen_address& to, format f, const std::string& path = "/ws") : ws_client(to) {
    auto error = upgrade(std::string(subprotocol_of(f)), path);
    REQUIRE_MESSAGE(!error, error.message());
    ws.text(f == format::json);
    ws.auto_fragment(false);
  }

  error_code upgrade(const std::string& protocols, const std::string& path = "/ws") {
    ws.set_option(websocket::stream_base::decorator([=](websocket::request_type& request) {
      if (!protocols.empty())
        request.set(beast::http::field::sec_websocket_protocol, protocols);
    }));
    return run([&](auto done) { ws.async_handshake(response, "localhost", path, done); }).first;
  }

  void send(std::string_view message) {
    auto error = try_send(message);
    REQUIRE_MESSAGE(!error, error.message());
  }

  error_code try_send(std::string_view message) {
    return run([&](auto done) {
             ws.async_write(asio::buffer(message.data(), message.size()), done);
           })
        .first;
  }

  /// The next message, or nothing and `last_error`.
  std::optional<std::string> receive() {
    beast::flat_buffer buffer;
    last_error = run([&](auto done) { ws.async_read(buffer, done); }).first;
    if (last_error)
      return std::nullopt;
    return beast::buffers_to_string(buffer.data());
  }

  /// The code with which the server closed.
  unsigned close_code() {
    while (receive()) {
    }
    CHECK(last_error == websocket::error::closed);
    return ws.reason().code;
  }

  websocket::stream<client_socket> ws;
  websocket::response_type response;
};

/// Speaks RawSocket; `announce` is the first half of the handshake's second octet.
class raw_client : public client {
public:
  raw_client(const listen_address& to, format f, unsigned announce = 15) : client(to) {
    std::string hello{'\x7F', static_cast<char>((announce << 4U) | rawsocket_number_of(f)), 0, 0};
    write(hello);
    answer = read(4);
  }

  static std::string frame(std::string_view payload, unsigned type = 0) {
    auto n = payload.size();
    std::string s{
        static_cast<char>(type), static_cast<char>(n >> 16U), static_cast<char>(n >> 8U),
        static_cast<char>(n)};
    return s.append(payload);
  }

  void send(std::string_view message) { write(frame(message)); }

  /// The next frame: its first octet and its payload.
  std::pair<unsigned, std::string> receive_frame() {
    auto head = read(4);
    if (head.size() < 4)
      return {256, ""};
    auto octet = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
    std::size_t size =
        octet(0) & 8U ? 1U << 24U : (octet(1) << 16U) | (octet(2) << 8U) | std::size_t{octet(3)};
    return {octet(0), read(size)};
  }

  std::string receive() { return receive_frame().second; }

  std::string answer;
};

} // namespace wamp::testing
