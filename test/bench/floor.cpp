// wamp-bench-floor PORT: the least that a WAMP router can cost.
//
// A single-threaded epoll relay with WAMP's tables and nothing else: no realms, roles, checks,
// limits or patterns. It reads a message's code, ids and URI, splices the rest unread, and writes
// once per wake-up and socket. What a real router costs beyond it is the price of its features.
// It trusts its peers: within a topic or procedure all of them must speak one format.

#include <wamp/test/bench/floor/relay.hpp>
#include <wamp/test/bench/wire/sockets.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <sys/epoll.h>
#include <unistd.h>

namespace wamp::bench {
namespace {

class server {
public:
  explicit server(std::uint16_t port) {
    listener_ = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
    switch_on(listener_, SOL_SOCKET, SO_REUSEADDR);
    auto address = loopback(port);
    check(bind(listener_, as_sockaddr(address), sizeof address), "bind");
    check(listen(listener_, 4096), "listen");
    epoll_ = check(epoll_create1(0), "epoll_create1");
    watch(EPOLL_CTL_ADD, listener_, EPOLLIN);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 512> ready;
    for (;;) {
      int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < count; ++i)
        handle(ready[static_cast<std::size_t>(i)]);
      connections_.write_marked([this](connection& c) { write_out(c); });
    }
  }

private:
  // Sockets

  void watch(int operation, int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    check(epoll_ctl(epoll_, operation, fd, &event), "epoll_ctl");
  }

  void handle(const epoll_event& event) {
    if (event.data.fd == listener_)
      return accept_one();
    auto* c = connections_.find(event.data.fd);
    if (!c)
      return;
    if (event.events & EPOLLOUT)
      connections_.mark(*c);
    if (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR))
      read_in(*c);
  }

  void accept_one() {
    int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0)
      return;
    switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
    connections_.add(fd);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }

  void read_in(connection& c) {
    auto received = recv(c.fd, buffer_.data(), buffer_.size(), 0);
    if (received < 0 && errno == EAGAIN)
      return;
    if (received <= 0)
      return drop(c);
    auto size = static_cast<std::size_t>(received);
    if (c.in.empty()) {
      auto used = parse(c, buffer_.data(), size);
      if (used < size)
        c.in.append({buffer_.data() + used, size - used});
    } else {
      c.in.append({buffer_.data(), size});
      c.in.erase_front(parse(c, c.in.data(), c.in.size()));
    }
    if (c.hang_up)
      drop(c);
  }

  void write_out(connection& c) {
    while (c.sent < c.out.size()) {
      auto n = ::send(c.fd, c.out.data() + c.sent, c.out.size() - c.sent, MSG_NOSIGNAL);
      if (n < 0) {
        if (errno != EAGAIN)
          break; // the next read reports what happened to the socket
        if (!c.waits_to_write)
          watch(EPOLL_CTL_MOD, c.fd, EPOLLIN | EPOLLOUT);
        c.waits_to_write = true;
        return;
      }
      c.sent += static_cast<std::size_t>(n);
    }
    c.out.clear();
    c.sent = 0;
    if (c.waits_to_write)
      watch(EPOLL_CTL_MOD, c.fd, EPOLLIN);
    c.waits_to_write = false;
  }

  void drop(connection& c) {
    relay_.forget(c);
    close(c.fd);
    connections_.remove(c);
  }

  // Frames

  /// Handles every whole frame in the data; returns how many octets those took.
  std::size_t parse(connection& c, char* data, std::size_t size) {
    std::size_t at = c.open ? 0 : open(c, {data, size});
    while (c.open && at < size) {
      auto f = read_frame(c.carrier, data + at, size - at);
      if (!f)
        break;
      at += f->size;
      if (f->kind == frame_kind::message)
        relay_.handle(c, f->body);
      else if (f->kind == frame_kind::close)
        c.hang_up = true;
    }
    return at;
  }

  /// The opening handshake of either transport; 0 while part of it is missing.
  std::size_t open(connection& c, std::string_view data) {
    auto used = data.front() == 0x7f ? open_rawsocket(c, data) : open_websocket(c, data);
    if (used > 0) {
      c.open = true;
      connections_.mark(c);
    }
    return used;
  }

  static std::size_t open_rawsocket(connection& c, std::string_view data) {
    if (data.size() < 4)
      return 0;
    auto serializer = data[1] & 0x0f;
    c.carrier = transport::rawsocket;
    c.encoding =
        serializer == rawsocket_serializer(format::msgpack) ? format::msgpack : format::json;
    c.out.append(data.substr(0, 4)); // the same longest message and serializer
    return 4;
  }

  static std::size_t open_websocket(connection& c, std::string_view data) {
    auto end = data.find("\r\n\r\n");
    if (end == data.npos)
      return 0;
    auto header = data.substr(0, end);
    bool msgpack = header.find(subprotocol(format::msgpack)) != header.npos;
    c.encoding = msgpack ? format::msgpack : format::json;
    std::string answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Accept: ";
    answer.append(websocket_accept).append("\r\nSec-WebSocket-Protocol: ");
    answer.append(subprotocol(c.encoding)).append("\r\n\r\n");
    c.out.append(answer); // at once, so that it takes just the memory that it needs
    return end + 4;
  }

  int listener_ = -1;
  int epoll_ = -1;
  connections connections_;
  relay relay_{connections_};
  std::array<char, 1 << 18> buffer_; // one read of one socket
};

} // namespace
} // namespace wamp::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s PORT\n", argv[0]);
    return 2;
  }
  try {
    wamp::bench::raise_descriptor_limit();
    auto port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
    std::make_unique<wamp::bench::server>(port)->run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", argv[0], e.what());
    return 1;
  }
}
