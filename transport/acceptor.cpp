#include <wamp/transport/acceptor.hpp>
#include <wamp/transport/framing_connection.hpp>
#include <wamp/transport/owned_fd.hpp>
#include <wamp/transport/socket_address.hpp>
#include <wamp/transport/socket_connection.hpp>
#include <wamp/transport/transport_handshake.hpp>

#include <cerrno>
#include <chrono>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <type_traits>
#include <unistd.h>
#include <utility>

namespace wamp {

namespace {

/// Sockets over max_connections that are told so at one time; more are just closed.
constexpr std::size_t polite_refusals = 64;

std::string last_error() {
  return std::system_category().message(errno);
}

/// 0 if somebody answers at the Unix socket `address`, else why not: ECONNREFUSED for nobody.
int probe(const sockaddr_un& address) noexcept {
  owned_fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(fd.get(), as_sockaddr(address), sizeof address) == 0 ? 0 : errno;
}

/// The inode of the socket file at `path`, or 0.
ino_t socket_file(const std::string& path) noexcept {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode) ? info.st_ino : 0;
}

/// What is agreed with the peer of one accepted socket. `full`: it is to be refused politely, as
/// all are once the listener has stopped.
class server_handshake final : public handshake {
public:
  server_handshake(
      std::shared_ptr<listener_context> context, boost::asio::io_context& beasts_wish, bool full,
      bool over_tls)
      : context_(std::move(context)),
        rules_(context_->options, beasts_wish, over_tls),
        full_(full) {}

  handshake_result feed(std::string_view all) override {
    return rules_.feed(all, full_ || context_->stopped);
  }

private:
  std::shared_ptr<listener_context> context_;
  transport_handshake rules_;
  bool full_;
};

} // namespace

listener::acceptor::acceptor(
    std::shared_ptr<io_core> core, std::vector<std::shared_ptr<io_core>> targets,
    std::shared_ptr<listener_context> context, error_callback on_error,
    std::shared_ptr<long_poll_hub> hub)
    : core_(std::move(core)),
      targets_(std::move(targets)),
      context_(std::move(context)),
      on_error_(std::move(on_error)),
      hub_(std::move(hub)),
      tls_(context_->options.tls) {}

listener::acceptor::~acceptor() {
  if (socket_ >= 0)
    ::close(socket_);
}

std::string listener::acceptor::open(const listen_address& address) {
  address_ = address;
  auto why = address.type == listen_address::kind::local ? open_local(address) : open_tcp(address);
  if (why.empty())
    return why;
  return "can not listen on " + address.to_string() + ": " + why;
}

std::string listener::acceptor::open_tcp(const listen_address& address) {
  addrinfo wanted{};
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  auto port = std::to_string(address.port);
  if (auto failed = ::getaddrinfo(address.host.c_str(), port.c_str(), &wanted, &found))
    return ::gai_strerror(failed);
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  auto why = listen_on(found->ai_addr, found->ai_addrlen);
  if (!why.empty())
    return why;
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&local), &size) < 0)
    return last_error();
  address_.port = ntohs(
      local.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(local).sin6_port
                                  : reinterpret_cast<sockaddr_in&>(local).sin_port);
  return {};
}

std::string listener::acceptor::open_local(const listen_address& address) {
  auto local = local_address_of(address.path);
  if (!local)
    return std::system_category().message(ENAMETOOLONG);
  if (socket_file(address.path) != 0) {
    // A file that nobody serves is the remains of a process that was killed.
    auto answer = probe(*local);
    if (answer != ECONNREFUSED)
      return answer != 0 ? std::system_category().message(answer) : "somebody else listens there";
    ::unlink(address.path.c_str());
  }
  auto why = listen_on(as_sockaddr(*local), sizeof *local);
  if (why.empty())
    file_ = socket_file(address.path);
  return why;
}

std::string listener::acceptor::listen_on(const sockaddr* address, socklen_t size) {
  socket_ = ::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  bool listens = socket_ >= 0
                 && (address->sa_family == AF_UNIX
                     || ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0)
                 && ::bind(socket_, address, size) == 0
                 && ::listen(socket_, context_->options.backlog) == 0;
  return listens ? "" : last_error();
}

void listener::acceptor::start() {
  context_->on_descriptor = [weak = weak_from_this()] {
    if (auto a = weak.lock())
      a->core_->post([a] {
        if (a->resting_)
          a->go_on();
      });
  };
  core_->post([a = shared_from_this()] {
    a->core_->add_tenant(a);
    a->watch(true);
  });
}

void listener::acceptor::stop() {
  context_->stopped = true;
  if (!stopped_.exchange(true))
    core_->post([a = shared_from_this()] { a->leave(); });
}

void listener::acceptor::use_tls(std::shared_ptr<const tls_server_context> tls) {
  std::lock_guard lock(tls_mutex_);
  tls_ = std::move(tls);
}

std::shared_ptr<const tls_server_context> listener::acceptor::tls() const {
  std::lock_guard lock(tls_mutex_);
  return tls_;
}

void listener::acceptor::leave() {
  stopped_ = true;
  watch(false);
  core_->loop.forget(*this);
  if (socket_ >= 0)
    ::close(std::exchange(socket_, -1));
  if (std::exchange(resting_, false))
    core_->loop.cancel(rest_alarm_);
  // Only our own file: another listener may have taken the path over.
  if (file_ != 0 && socket_file(address_.path) == std::exchange(file_, 0))
    ::unlink(address_.path.c_str());
}

void listener::acceptor::watch(bool whether) {
  if (socket_ < 0 || (whether && stopped_))
    return;
  auto before = std::exchange(watched_, whether);
  auto events = [](bool watched) { return watched ? std::uint32_t{EPOLLIN} : 0U; };
  auto error = core_->loop.watch(*this, socket_, events(before), events(whether));
  if (error && on_error_)
    on_error_("can not wait for connections on " + address_.to_string() + ": " + error.message());
}

void listener::acceptor::on_ready(std::uint32_t) {
  auto keep = shared_from_this();
  accept_some();
}

void listener::acceptor::accept_some() {
  constexpr int enough_for_one_turn = 64;
  for (int i = 0; i < enough_for_one_turn && !stopped_; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto fd =
        ::accept4(socket_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      told_ = false;
      // The peers of a Unix socket have no names of their own.
      auto name = name_of(from);
      admit(fd, name.empty() ? address_.to_string() : std::move(name));
      continue;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      break;
    if (!survives(errno)) {
      rest();
      return;
    }
  }
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
  watch(false);
  resting_ = true;
  context_->starved = true;
  auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  rest_alarm_ = core_->loop.call_at(until, [a = shared_from_this()] {
    a->resting_ = false;
    a->go_on();
  });
}

void listener::acceptor::go_on() {
  if (std::exchange(resting_, false))
    core_->loop.cancel(rest_alarm_);
  context_->starved = false;
  watch(true);
}

void listener::acceptor::admit(int fd, std::string peer_name) {
  owned_fd owned(fd);
  if (!lets_in(peer_name))
    return;
  const bool full = context_->open >= context_->options.max_connections;
  if (full && context_->refusing >= polite_refusals) {
    context_->by_address.release(peer_name);
    return;
  }
  context_->take_socket(full);
  if (address_.type != listen_address::kind::local) {
    int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  auto target = targets_[next_target_++ % targets_.size()];
  auto begin = [target = target.get(), context = context_, tls = tls(), owned = std::move(owned),
                name = peer_name, full]() mutable {
    target->counters.accepted.add();
    std::shared_ptr<connection_owner> owner = context;
    if (full)
      owner = std::make_shared<refusing_owner>(context);
    auto make = [&]<class Connection>(std::type_identity<Connection>) {
      return std::make_shared<Connection>(
          target->shared_from_this(), std::move(owner), owned.get(), std::move(name),
          std::make_unique<server_handshake>(context, target->beasts_wish, full, tls != nullptr),
          tls ? tls->accept(owned.get()) : nullptr);
    };
    std::shared_ptr<socket_connection> c;
    if (context->options.deflate)
      c = make(std::type_identity<framing_connection>());
    else
      c = make(std::type_identity<socket_connection>());
    owned.release();
    c->begin();
  };
  if (target == core_)
    begin();
  else if (!target->post(std::move(begin)))
    context_->release_socket(full, peer_name);
}

/// Not if its address has too many already. That is not said to the peer, which would cost more
/// than it does, but to the user, now and then.
bool listener::acceptor::lets_in(const std::string& peer_name) {
  using verdict = address_limits::verdict;
  constexpr std::chrono::seconds enough_said(10);
  auto now = std::chrono::steady_clock::now();
  auto found = context_->by_address.admit(peer_name, now);
  if (found == verdict::admitted)
    return true;
  core_->counters.turned_away.add();
  if (on_error_ && now >= next_complaint_) {
    next_complaint_ = now + enough_said;
    on_error_(
        "turned " + peer_name + " away on " + address_.to_string() + ": this address "
        + (found == verdict::too_many ? "has too many connections" : "connects too often"));
  }
  return false;
}

} // namespace wamp
