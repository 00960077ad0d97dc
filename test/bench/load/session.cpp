#include <wamp/test/bench/load/session.hpp>
#include <wamp/test/bench/wire/sockets.hpp>

#include <cstring>
#include <sys/epoll.h>
#include <unistd.h>

namespace wamp::bench {
namespace {

/// Where a client's socket is bound: every address of 127.0.0.0/8 has ports of its own, so turning
/// over many of them keeps a run that opens sockets by the thousand from running out.
sockaddr_in next_source_address() {
  constexpr std::uint32_t sockets_per_address = 4000;
  constexpr std::uint32_t addresses = 250;
  static std::uint32_t opened = 0;
  auto host = 2 + opened++ / sockets_per_address % addresses;
  return loopback(0, static_cast<std::uint8_t>(host));
}

int connecting_socket(std::uint16_t port) {
  int fd = check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");
  switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
  switch_on(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  auto source = next_source_address();
  check(bind(fd, as_sockaddr(source), sizeof source), "bind");
  auto target = loopback(port);
  if (connect(fd, as_sockaddr(target), sizeof target) < 0 && errno != EINPROGRESS)
    throw_errno("connect");
  return fd;
}

} // namespace

session::session(
    event_loop& loop, session_observer& observer, const options& o, format f, std::size_t index)
    : loop_{loop}, observer_{observer}, options_{o}, index_{index}, encoding_{f} {}

void session::fail(const std::string& what) const {
  throw run_failure("session " + std::to_string(index_) + ": " + what);
}

void session::open() {
  fd_ = connecting_socket(options_.port);
  phase_ = phase::connecting;
  loop_.watch(*this, fd_, EPOLL_CTL_ADD, EPOLLOUT);
}

void session::close() {
  if (fd_ < 0)
    return;
  tls_.reset();
  ::close(fd_);
  fd_ = -1;
  phase_ = phase::closed;
  waits_to_write_ = false;
  last_request_ = 0;
  sent_ = 0;
  out_.clear();
  in_.clear();
  fragments_.clear();
}

void session::leave() {
  phase_ = phase::leaving;
  send([](message_writer& out) {
    out.list(3).number(code::goodbye).empty_map().string("wamp.close.close_realm").end_list();
  });
}

// Sockets

void session::handle(std::uint32_t events) {
  if (fd_ < 0)
    return;
  if (phase_ == phase::connecting)
    return finish_connect();
  if (events & EPOLLOUT)
    mark();
  if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
    read_in();
}

void session::finish_connect() {
  int error = 0;
  socklen_t size = sizeof error;
  check(getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size), "getsockopt");
  if (error != 0)
    fail(std::string{"cannot connect: "} + std::strerror(error));
  loop_.watch(*this, fd_, EPOLL_CTL_MOD, EPOLLIN);
  if (options_.tls)
    tls_.emplace(fd_);
  phase_ = phase::opening;
  put_handshake();
}

void session::read_in() {
  auto buffer = loop_.buffer();
  auto n = tls_ ? tls_->receive(buffer.data(), buffer.size())
                : recv(fd_, buffer.data(), buffer.size(), 0);
  // What was to be written may have waited for what was read: for the end of TLS's handshake.
  if (tls_ && sent_ < out_.size())
    mark();
  if (n < 0 && (errno == EAGAIN || errno == EINPROGRESS))
    return;
  if (n <= 0) {
    if (phase_ == phase::left)
      return;
    fail(n == 0 ? "the router closed the connection" : std::strerror(errno));
  }
  auto size = static_cast<std::size_t>(n);
  loop_.count_received(size);
  if (in_.empty()) {
    auto used = parse(buffer.data(), size);
    if (used < size)
      in_.append({buffer.data() + used, size - used});
  } else {
    in_.append({buffer.data(), size});
    in_.erase_front(parse(in_.data(), in_.size()));
  }
}

void session::mark() {
  if (!dirty_) {
    dirty_ = true;
    loop_.wants_to_write(*this);
  }
}

void session::write_out() {
  dirty_ = false;
  while (sent_ < out_.size()) {
    auto n = tls_ ? tls_->send(out_.data() + sent_, out_.size() - sent_)
                  : ::send(fd_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINPROGRESS)
        return; // read_in() comes back to it
      if (errno != EAGAIN)
        fail(std::string{"cannot write: "} + std::strerror(errno));
      if (!waits_to_write_)
        loop_.watch(*this, fd_, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      waits_to_write_ = true;
      return;
    }
    sent_ += static_cast<std::size_t>(n);
  }
  out_.clear();
  sent_ = 0;
  if (waits_to_write_)
    loop_.watch(*this, fd_, EPOLL_CTL_MOD, EPOLLIN);
  waits_to_write_ = false;
}

// Frames

std::size_t session::parse(char* data, std::size_t size) {
  std::size_t at = 0;
  if (phase_ == phase::opening)
    at = read_handshake({data, size});
  while (phase_ != phase::opening && at < size) {
    auto f = read_frame(options_.carrier, data + at, size - at);
    if (!f)
      break;
    at += f->size;
    handle_frame(*f);
  }
  return at;
}

void session::put_handshake() {
  if (options_.carrier == transport::rawsocket) {
    constexpr unsigned char longest_messages = 0xf0; // accepts up to 16 MiB
    auto accepts = static_cast<char>(longest_messages | rawsocket_serializer(encoding_));
    const char request[] = {'\x7f', accepts, '\0', '\0'};
    out_.append({request, sizeof request});
  } else {
    out_.append("GET ").append(options_.path);
    out_.append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(std::to_string(options_.port));
    out_.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
    out_.append("Sec-WebSocket-Key: ").append(websocket_key);
    out_.append("\r\nSec-WebSocket-Protocol: ").append(subprotocol(encoding_)).append("\r\n\r\n");
  }
  mark();
}

/// Returns how many octets the router's answer took, or 0 while part of it is missing.
std::size_t session::read_handshake(std::string_view data) {
  auto used = options_.carrier == transport::rawsocket ? read_rawsocket_handshake(data)
                                                       : read_websocket_handshake(data);
  if (used > 0) {
    phase_ = phase::joining;
    say_hello();
  }
  return used;
}

std::size_t session::read_rawsocket_handshake(std::string_view data) {
  if (data.size() < 4)
    return 0;
  if (data[0] != '\x7f' || (data[1] & 0x0f) != rawsocket_serializer(encoding_))
    fail("RawSocket handshake refused");
  return 4;
}

std::size_t session::read_websocket_handshake(std::string_view data) {
  auto end = data.find("\r\n\r\n");
  if (end == data.npos)
    return 0;
  auto header = data.substr(0, end);
  if (!header.starts_with("HTTP/1.1 101 ") || header.find(websocket_accept) == header.npos
      || header.find(subprotocol(encoding_)) == header.npos)
    fail("WebSocket handshake refused: " + std::string{header.substr(0, header.find('\r'))});
  return end + 4;
}

void session::handle_frame(const frame& f) {
  switch (f.kind) {
  case frame_kind::message:
    if (f.final)
      return handle_message(f.body);
    fragments_ = f.body;
    return;
  case frame_kind::continuation:
    fragments_.append(f.body);
    if (f.final)
      handle_message(fragments_);
    return;
  case frame_kind::ping:
    put_pong(out_, options_.carrier, side::client, f.body);
    return mark();
  case frame_kind::pong:
    return;
  case frame_kind::close:
    if (phase_ != phase::left)
      fail("the router closed the WebSocket");
    return;
  }
}

// WAMP

void session::say_hello() {
  send([this](message_writer& out) {
    out.list(3).number(code::hello).string(options_.realm).map(1).key("roles").map(4);
    for (auto role : {"publisher", "subscriber", "caller", "callee"})
      out.key(role).empty_map();
    out.end_map().end_map().end_list();
  });
}

void session::handle_message(std::string_view body) {
  message_reader in{body, encoding_};
  auto c = static_cast<code>(in.number());
  if (!in.good())
    fail("cannot read a message: " + std::string{body.substr(0, 200)});
  if (phase_ == phase::joining)
    return handle_opening(c, in);
  if (c == code::goodbye && phase_ == phase::leaving) {
    phase_ = phase::left;
    return observer_.left(*this);
  }
  if (c == code::abort || c == code::goodbye) {
    in.skip();
    fail("the router ended the session: " + std::string{in.string()});
  }
  observer_.received(*this, c, in);
}

void session::handle_opening(code c, message_reader& rest) {
  if (c == code::welcome) {
    session_id_ = rest.number();
    phase_ = phase::joined;
    return observer_.joined(*this);
  }
  if (c != code::abort)
    fail("expected WELCOME, got message " + std::to_string(static_cast<unsigned>(c)));
  rest.skip();
  phase_ = phase::left;
  observer_.refused(*this, rest.string());
}

} // namespace wamp::bench
