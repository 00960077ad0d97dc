#include <wamp/transport/acceptor.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace wamp {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// Sockets over max_connections that are told so at one time; more are just closed.
constexpr std::size_t polite_refusals = 64;

/// A descriptor that is on its way to its connection.
class owned_fd {
public:
  explicit owned_fd(int fd) noexcept : fd_(fd) {}
  owned_fd(owned_fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  owned_fd& operator=(owned_fd&&) = delete;
  ~owned_fd() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }

private:
  int fd_;
};

std::string peer_of(const sockaddr_storage& from, const listen_address& local) {
  if (from.ss_family == AF_INET6) {
    asio::ip::tcp::endpoint endpoint(asio::ip::tcp::v6(), 0);
    std::memcpy(endpoint.data(), &from, sizeof(sockaddr_in6));
    return "tcp6:[" + endpoint.address().to_string() + "]:" + std::to_string(endpoint.port());
  }
  if (from.ss_family == AF_INET) {
    asio::ip::tcp::endpoint endpoint(asio::ip::tcp::v4(), 0);
    std::memcpy(endpoint.data(), &from, sizeof(sockaddr_in));
    return "tcp4:" + endpoint.address().to_string() + ":" + std::to_string(endpoint.port());
  }
  // The peers of a Unix socket have no names of their own.
  return local.to_string();
}

/// The inode of the socket file at `path`, or 0.
ino_t socket_file(const std::string& path) noexcept {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode) ? info.st_ino : 0;
}

} // namespace

listener::acceptor::acceptor(
    std::shared_ptr<io_core> core, std::vector<std::shared_ptr<io_core>> targets,
    std::shared_ptr<listener_context> context, error_callback on_error)
    : core_(std::move(core)),
      targets_(std::move(targets)),
      context_(std::move(context)),
      on_error_(std::move(on_error)),
      socket_(core_->context),
      rest_timer_(core_->context) {}

listener::acceptor::~acceptor() = default;

std::string listener::acceptor::open(const listen_address& address) {
  address_ = address;
  auto why = address.type == listen_address::kind::local ? open_local(address) : open_tcp(address);
  if (why.empty())
    return why;
  return "can not listen on " + address.to_string() + ": " + why;
}

std::string listener::acceptor::open_tcp(const listen_address& address) {
  error_code error;
  asio::ip::tcp::resolver resolver(core_->context);
  auto found = resolver.resolve(
      address.host, std::to_string(address.port), asio::ip::tcp::resolver::passive, error);
  if (error)
    return error.message();
  auto why = listen_on(found.begin()->endpoint());
  if (!why.empty())
    return why;
  asio::ip::tcp::endpoint local;
  auto bound = socket_.local_endpoint(error);
  if (error)
    return error.message();
  std::memcpy(local.data(), bound.data(), std::min(bound.size(), local.capacity()));
  address_.port = local.port();
  return {};
}

std::string listener::acceptor::open_local(const listen_address& address) {
  asio::local::stream_protocol::endpoint endpoint(address.path);
  if (socket_file(address.path) != 0) {
    // A file that nobody serves is the remains of a process that was killed.
    asio::local::stream_protocol::socket probe(core_->context);
    error_code error;
    probe.connect(endpoint, error);
    if (error != asio::error::connection_refused)
      return error ? error.message() : "somebody else listens there";
    ::unlink(address.path.c_str());
  }
  auto why = listen_on(endpoint);
  if (why.empty())
    file_ = socket_file(address.path);
  return why;
}

std::string listener::acceptor::listen_on(const protocol::endpoint& endpoint) {
  error_code error;
  socket_.open(endpoint.protocol(), error);
  if (!error && endpoint.protocol().family() != AF_UNIX)
    socket_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error)
    socket_.non_blocking(true, error);
  if (!error)
    socket_.bind(endpoint, error);
  if (!error)
    socket_.listen(context_->options.backlog, error);
  return error ? error.message() : "";
}

void listener::acceptor::start() {
  context_->on_socket_closed = [weak = weak_from_this()] {
    if (auto a = weak.lock())
      a->core_->post([a] {
        if (a->resting_)
          a->accept_some();
      });
  };
  core_->post([a = shared_from_this()] {
    a->core_->add_tenant(a);
    a->await();
  });
}

void listener::acceptor::stop() {
  context_->stopped = true;
  if (!stopped_.exchange(true))
    core_->post([a = shared_from_this()] { a->leave(); });
}

void listener::acceptor::leave() {
  stopped_ = true;
  error_code ignored;
  socket_.close(ignored);
  rest_timer_.cancel();
  // Only our own file: another listener may have taken the path over.
  if (file_ != 0 && socket_file(address_.path) == std::exchange(file_, 0))
    ::unlink(address_.path.c_str());
}

void listener::acceptor::await() {
  if (stopped_)
    return;
  socket_.async_wait(socket::wait_read, [a = shared_from_this()](const error_code& error) {
    if (!error)
      a->accept_some();
  });
}

void listener::acceptor::accept_some() {
  if (std::exchange(resting_, false)) {
    context_->starved = false;
    rest_timer_.cancel();
  }
  constexpr int enough_for_one_turn = 64;
  for (int i = 0; i < enough_for_one_turn && !stopped_; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto fd = ::accept4(
        socket_.native_handle(), reinterpret_cast<sockaddr*>(&from), &size,
        SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      told_ = false;
      admit(fd, peer_of(from, address_));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      break;
    if (!survives(errno)) {
      rest();
      return;
    }
  }
  await();
}

/// Whether accept()'s error was one of the connection that was to be accepted.
bool listener::acceptor::survives(int error) {
  switch (error) {
  case EMFILE:
  case ENFILE:
  case ENOBUFS:
  case ENOMEM:
  case EBADF:
  case EINVAL:
    break;
  default:
    return true;
  }
  if (on_error_ && !std::exchange(told_, true))
    on_error_(
        "can not accept connections on " + address_.to_string() + ": "
        + std::system_category().message(error));
  return false;
}

/// Until one of our sockets closes, or half a second is over. The pending connection stays in
/// the backlog and keeps the socket readable: waiting for that would be a busy loop.
void listener::acceptor::rest() {
  resting_ = true;
  context_->starved = true;
  rest_timer_.expires_after(std::chrono::milliseconds(500));
  rest_timer_.async_wait([a = shared_from_this()](const error_code& error) {
    if (!error && a->resting_)
      a->accept_some();
  });
}

void listener::acceptor::admit(int fd, std::string peer_name) {
  owned_fd owned(fd);
  const bool full = context_->open >= context_->options.max_connections;
  if (full && context_->refusing >= polite_refusals)
    return;
  context_->take_socket(full);
  int family = address_.type == listen_address::kind::local ? AF_UNIX : AF_INET;
  if (family == AF_INET) {
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (peer_name.starts_with("tcp6"))
      family = AF_INET6;
  }
  auto target = targets_[next_target_++ % targets_.size()];
  auto begin = [target = target.get(), context = context_, family, owned = std::move(owned),
                name = std::move(peer_name), full]() mutable {
    target->counters.accepted.add();
    try {
      auto c = std::make_shared<socket_connection>(
          target->shared_from_this(), context, family, owned.get(), std::move(name), full);
      owned.release();
      c->begin();
    } catch (const std::system_error&) {
      // The kernel would not watch one more descriptor: as if it had not been accepted.
      target->counters.handshake_failures.add();
      context->release_socket(full);
    }
  };
  if (target == core_)
    begin();
  else if (!target->post(std::move(begin)))
    context_->release_socket(full);
}

} // namespace wamp
