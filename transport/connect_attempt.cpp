#include <wamp/transport/connect_attempt.hpp>
#include <wamp/transport/framing_connection.hpp>
#include <wamp/transport/rawsocket_client_handshake.hpp>
#include <wamp/transport/socket_connection.hpp>
#include <wamp/transport/websocket_client_handshake.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>
#include <type_traits>
#include <utility>

namespace wamp {

namespace {

std::string meaning_of(int error) {
  return std::system_category().message(error);
}

/// For the user's eyes, and a log's: a query may hold a secret.
std::string without_query(router_url url) {
  url.target.resize(std::min(url.target.find('?'), url.target.size()));
  return url.to_string();
}

} // namespace

connector::attempt::attempt(
    std::shared_ptr<io_core> core, router_url url, connector_options options, callback on_done)
    : connection_owner(options.limits),
      core_(std::move(core)),
      url_(std::move(url)),
      options_(std::move(options)),
      on_done_(std::move(on_done)) {}

connector::attempt::~attempt() = default;

void connector::attempt::start() {
  if (core_->post([a = shared_from_this()] { a->begin(); }))
    return;
  auto tell = std::exchange(on_done_, nullptr);
  tell(tl::unexpected("can not connect to " + without_query(url_) + ": the io thread has ended"));
}

void connector::attempt::begin() {
  if (cancelled_)
    return;
  if (core_->has_ended()) {
    fail("the io thread has ended");
    return;
  }
  core_->add_tenant(weak_from_this());
  if (auto fault = find_fault(); !fault.empty()) {
    fail(fault);
    return;
  }
  until_ = clock::now() + limits().handshake_timeout;
  alarm_ = core_->loop.call_at(until_, [weak = weak_from_this()] {
    if (auto a = weak.lock()) {
      a->alarm_.reset();
      a->on_time_over();
    }
  });
  look_up();
}

/// What can be told without asking anybody; empty if it is worth a try.
std::string connector::attempt::find_fault() const {
  if (router_url::parse(url_.to_string()) != url_)
    return "this is no address of a router";
  if (options_.formats.empty())
    return "there is no serialization to offer";
  for (const auto& [name, value] : options_.http_headers)
    if (!is_http_header(name, value))
      return "\"" + name + "\" can not be sent as an HTTP header";
  if (!is_http_header("User-Agent", options_.user_agent))
    return "the user agent can not be sent as an HTTP header";
  return {};
}

void connector::attempt::look_up() {
  if (url_.is_local()) {
    auto local = *local_address_of(url_.path);
    socket_address address{{}, sizeof local};
    std::memcpy(&address.storage, &local, sizeof local);
    take_addresses(std::vector{address});
  } else if (auto address = read_address(url_.host, url_.port)) {
    take_addresses(std::vector{*address});
  } else {
    auto started = wamp::look_up(
        options_.resolve, url_.host, url_.port,
        [core = core_, weak = weak_from_this()](lookup_result found) {
          core->post([weak, found = std::move(found)]() mutable {
            if (auto a = weak.lock())
              a->take_addresses(std::move(found));
          });
        });
    if (!started)
      fail("can not look the name up: " + started.error());
  }
}

void connector::attempt::take_addresses(lookup_result found) {
  if (stage_ != stage::looking_up || cancelled_)
    return;
  if (!found) {
    fail("can not look the name up: " + found.error());
    return;
  }
  addresses_ = std::move(*found);
  try_address();
}

void connector::attempt::try_address() {
  if (address_ == addresses_.size()) {
    fail(failures_);
    return;
  }
  stage_ = stage::connecting;
  const auto& a = addresses_[address_];
  fd_ = owned_fd(::socket(a.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd_.get() < 0) {
    give_address_up(meaning_of(errno));
    return;
  }
  if (!url_.is_local()) {
    int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (::connect(fd_.get(), as_sockaddr(a.storage), a.size) == 0) {
    on_connected();
    return;
  }
  if (errno != EINPROGRESS && errno != EINTR) {
    give_address_up(meaning_of(errno));
    return;
  }
  if (auto error = core_->loop.watch(*this, fd_.get(), 0, EPOLLOUT)) {
    give_address_up(error.message());
    return;
  }
  // One address that is silent shall not take the time of those behind it.
  auto left = addresses_.size() - address_;
  if (left == 1)
    return;
  auto now = clock::now();
  share_alarm_ = core_->loop.call_at(
      now + (until_ - now) / static_cast<clock::rep>(left), [weak = weak_from_this()] {
        if (auto self = weak.lock()) {
          self->share_alarm_.reset();
          self->give_address_up("no answer in time");
        }
      });
}

void connector::attempt::on_ready(std::uint32_t) {
  auto keep = shared_from_this();
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) < 0)
    error = errno;
  if (error != 0) {
    give_address_up(meaning_of(error));
    return;
  }
  if (auto failed = core_->loop.watch(*this, fd_.get(), EPOLLOUT, 0)) {
    give_address_up(failed.message());
    return;
  }
  on_connected();
}

void connector::attempt::give_address_up(const std::string& why) {
  drop_socket();
  auto name = name_of(addresses_[address_].storage);
  failures_.append(failures_.empty() ? "" : "; ").append(name).append(name.empty() ? "" : ": ");
  failures_.append(why);
  ++address_;
  try_address();
}

void connector::attempt::on_connected() {
  auto fd = std::move(fd_);
  drop_socket();
  core_->counters.connected.add();
  auto name = name_of(addresses_[address_].storage);
  shake_hands(std::move(fd), name.empty() ? "unix:" + url_.path : std::move(name));
}

/// None for a URL without TLS.
tl::expected<std::unique_ptr<tls_stream>, std::string> connector::attempt::make_tls(int fd) const {
  if (!url_.tls)
    return nullptr;
  auto context = options_.tls ? tls_context::result(options_.tls) : tls_context::of_system();
  if (!context)
    return tl::unexpected(context.error());
  return (*context)->connect(fd, url_.host);
}

void connector::attempt::shake_hands(owned_fd fd, std::string peer_name) {
  stage_ = stage::shaking_hands;
  auto tls = make_tls(fd.get());
  if (!tls) {
    fail(tls.error());
    return;
  }
  auto make = [&]<class Connection>(std::type_identity<Connection>) {
    link_ = std::make_shared<Connection>(
        core_, shared_from_this(), fd.get(), std::move(peer_name), make_handshake(),
        std::move(*tls));
  };
  if (url_.speaks == router_url::protocol::websocket)
    make(std::type_identity<framing_connection>());
  else
    make(std::type_identity<socket_connection>());
  fd.release();
  // Kept, as it may fail at once.
  auto link = link_;
  link->begin();
}

std::unique_ptr<handshake> connector::attempt::make_handshake() const {
  const auto& o = options_;
  if (url_.speaks == router_url::protocol::rawsocket)
    return std::make_unique<rawsocket_client_handshake>(
        o.formats[format_], o.limits.max_message_size);
  upgrade_request wishes;
  wishes.host = url_.authority();
  wishes.target = url_.target;
  wishes.user_agent = o.user_agent;
  wishes.headers = o.http_headers;
  wishes.formats = o.formats;
  wishes.batched = o.batched;
  wishes.deflate = o.deflate;
  wishes.max_message_size = o.limits.max_message_size;
  wishes.max_http_header = o.limits.max_http_header;
  return std::make_unique<websocket_client_handshake>(std::move(wishes), core_->beasts_wish);
}

void connector::attempt::on_established(std::shared_ptr<connection> c) {
  link_.reset();
  finish(std::move(c));
}

/// The connection closes itself.
void connector::attempt::on_handshake_failed(std::string_view detail, bool format_refused) {
  link_.reset();
  if (stage_ != stage::shaking_hands)
    return;
  if (format_refused && format_ + 1 < options_.formats.size()) {
    ++format_;
    try_address();
  } else if (clock::now() >= until_) {
    on_time_over(); // the connection's own clock was the first to strike
  } else {
    fail(std::string(detail));
  }
}

void connector::attempt::on_socket_closed(const std::string&) {}

void connector::attempt::on_time_over() {
  std::string during = stage_ == stage::looking_up   ? "while the name was looked up"
                       : stage_ == stage::connecting ? "while connecting"
                                                     : "during the handshake";
  fail(
      "no answer within " + std::to_string(limits().handshake_timeout.count()) + " ms, " + during
      + (failures_.empty() ? "" : "; before that: " + failures_));
}

void connector::attempt::leave() {
  fail("the io thread ends");
}

void connector::attempt::cancel() {
  cancelled_ = true;
  auto forget = [a = shared_from_this()] {
    a->stage_ = stage::done;
    a->release();
    // Maybe the last to hold the connector itself.
    auto gone = std::exchange(a->on_done_, nullptr);
  };
  if (core_->in_this_thread())
    forget();
  else
    core_->post(std::move(forget));
}

void connector::attempt::fail(const std::string& why) {
  finish(tl::unexpected("can not connect to " + without_query(url_) + ": " + why));
}

void connector::attempt::finish(result r) {
  auto keep = shared_from_this();
  if (std::exchange(stage_, stage::done) != stage::done)
    release();
  auto tell = std::exchange(on_done_, nullptr);
  if (tell && !cancelled_)
    tell(std::move(r));
  else if (r)
    (*r)->abort(close_reason::normal);
}

void connector::attempt::drop_socket() {
  core_->loop.forget(*this);
  fd_ = owned_fd();
  if (share_alarm_)
    core_->loop.cancel(*std::exchange(share_alarm_, std::nullopt));
}

/// Lets go of everything that the loop knows of.
void connector::attempt::release() {
  drop_socket();
  if (alarm_)
    core_->loop.cancel(*std::exchange(alarm_, std::nullopt));
  if (auto link = std::exchange(link_, nullptr))
    link->cut_off(close_reason::going_away, "the attempt to connect was given up");
}

} // namespace wamp
