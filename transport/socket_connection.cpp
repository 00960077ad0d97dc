// The life of a socket: beginnings, timeouts and endings. Reading is in socket_reading.cpp,
// writing in socket_writing.cpp.
#include <wamp/transport/socket_address.hpp>
#include <wamp/transport/socket_connection.hpp>

#include <memory>
#include <utility>

namespace wamp {

using clock = std::chrono::steady_clock;

socket_connection::socket_connection(
    std::shared_ptr<io_core> core, std::shared_ptr<connection_owner> owner, int fd,
    std::string peer_name, std::unique_ptr<handshake> handshake, std::unique_ptr<tls_stream> tls)
    : core_(std::move(core)),
      owner_(std::move(owner)),
      stream_(fd, std::move(tls)),
      peer_name_(std::move(peer_name)),
      handshake_(std::move(handshake)) {}

socket_connection::~socket_connection() = default;

void socket_connection::begin() {
  core_->add(self());
  const auto& l = limits();
  for (auto timeout : {l.handshake_timeout, l.ping_interval, l.ping_timeout, l.close_timeout})
    core_->watch_timeout(timeout);
  stage_deadline_ = clock::now() + l.handshake_timeout;
  if (auto first = handshake_->opening(); !first.empty()) {
    enqueue_last(std::move(first));
    wake_writer();
  }
  await_input();
}

peer_details socket_connection::peer() const {
  return details_ ? *details_ : peer_details{address_in(peer_name_), {}, {}};
}

std::string_view socket_connection::transport_name() const noexcept {
  if (framing_->is_http())
    return "http";
  return framing_->is_websocket() ? "websocket" : "rawsocket";
}

void socket_connection::start(std::unique_ptr<connection_handler> handler) {
  // Posted on the io thread too: the handler is not called from inside start().
  auto held = std::make_shared<std::unique_ptr<connection_handler>>(std::move(handler));
  if (!core_->post([c = self(), held] { c->begin_delivery(std::move(*held)); }))
    (*held)->on_closed(close_reason::going_away, "the io thread has ended");
}

void socket_connection::begin_delivery(std::unique_ptr<connection_handler> handler) {
  if (concluded_) {
    handler->on_closed(reason_, "ended before it was started");
    return;
  }
  handler_ = std::move(handler);
  if (stage_ != stage::ready)
    return; // closed meanwhile, and still flushing
  stage_ = stage::open;
  stage_deadline_ = time_point::max();
  liveness_.on_life();
  go_on_reading();
}

void socket_connection::set_deadline(std::chrono::milliseconds delay) {
  on_io_thread([at = clock::now() + delay, delay](socket_connection& c) {
    c.user_deadline_ = at;
    c.core_->watch_timeout(delay);
  });
}

void socket_connection::clear_deadline() {
  on_io_thread([](socket_connection& c) { c.user_deadline_ = time_point::max(); });
}

void socket_connection::check_time(time_point now) {
  if (now >= stage_deadline_) {
    if (stage_ == stage::handshake)
      fail_handshake("no answer in time");
    cut_off(stage_ == stage::closing ? reason_ : close_reason::timeout, "not in time");
    return;
  }
  if (stage_ != stage::open)
    return;
  // HTTP has no pings.
  auto interval = framing_->is_http() ? std::chrono::milliseconds::zero() : limits().ping_interval;
  switch (liveness_.check(now, !paused_, interval, limits().ping_timeout)) {
  case liveness::verdict::fine:
    break;
  case liveness::verdict::send_ping:
    enqueue_control(framing_->ping());
    break;
  case liveness::verdict::dead:
    cut_off(close_reason::timeout, "no answer to a ping");
    return;
  }
  if (now >= user_deadline_) {
    user_deadline_ = time_point::max();
    handler_->on_deadline();
  }
}

void socket_connection::close(close_reason reason) {
  on_io_thread([reason](socket_connection& c) { c.begin_close(reason); });
}

void socket_connection::abort(close_reason reason) {
  on_io_thread([reason](socket_connection& c) { c.cut_off(reason, "aborted"); });
}

void socket_connection::end_for_shutdown(close_reason reason) {
  if (stage_ == stage::handshake) {
    owner_->on_handshake_failed("the io thread closes its connections", false);
    drop_socket();
  } else {
    begin_close(reason);
  }
}

void socket_connection::begin_close(close_reason reason) {
  if (stage_ != stage::ready && stage_ != stage::open)
    return;
  sending_ = false;
  reason_ = reason;
  stage_ = stage::closing;
  stage_deadline_ = clock::now() + limits().close_timeout;
  expects_close_ = framing_->is_websocket() && !broken_;
  paused_ = false;
  std::string().swap(early_);
  enqueue_last(framing_->close(reason));
  wake_writer();
  await_input();
}

/// The handler knows already, or never was: flushes what is queued and ends the stream.
void socket_connection::leave() {
  stage_ = stage::leaving;
  stage_deadline_ = clock::now() + limits().close_timeout;
  wake_writer();
  await_input();
}

void socket_connection::on_queue_empty() {
  if (stage_ == stage::closing) {
    conclude(reason_, {});
    stage_ = stage::leaving;
  }
  if (stage_ != stage::leaving)
    return;
  if (input_ended_) {
    hang_up();
  } else if (!expects_close_) {
    // The peer's end of stream is waited for: closing a socket with unread input would reset
    // the connection, and the peer might lose what we sent last.
    stream_.shutdown_write();
    if (stream_.holds_output())
      await_output();
  }
}

/// Both sides have said everything. A TLS peer is told so: without, it can not know that nobody
/// cut the stream off.
void socket_connection::hang_up() {
  if (stream_.is_encrypted())
    stream_.shutdown_write();
  drop_socket();
}

/// The socket is not closed here.
void socket_connection::fail_handshake(std::string_view detail, bool format_refused) {
  core_->counters.handshake_failures.add();
  owner_->on_handshake_failed(detail, format_refused);
}

void socket_connection::on_network_error(const std::error_code& error) {
  if (stage_ == stage::handshake)
    fail_handshake(error.message());
  cut_off(stage_ == stage::closing ? reason_ : close_reason::network_error, error.message());
}

void socket_connection::cut_off(close_reason reason, std::string_view detail) {
  conclude(reason, detail);
  drop_socket();
}

void socket_connection::conclude(close_reason reason, std::string_view detail) {
  if (std::exchange(concluded_, true))
    return;
  sending_ = false;
  reason_ = reason;
  if (!handler_)
    return; // start() will tell
  // Posted: the handler may be the one who is calling, and is destroyed afterwards.
  core_->loop.post([handler = std::move(handler_), reason, text = std::string(detail)] {
    handler->on_closed(reason, text);
  });
}

void socket_connection::drop_socket() {
  if (std::exchange(stage_, stage::gone) == stage::gone)
    return;
  auto keep = self();
  conclude(close_reason::normal, {}); // in case nobody did
  stage_deadline_ = user_deadline_ = time_point::max();
  core_->loop.forget(*this);
  stream_.close();
  watched_ = 0;
  budget_.release(queue_.clear().cost);
  handshake_.reset();
  std::string().swap(early_);
  owner_->on_socket_closed(peer_name_);
  core_->remove(*this);
}

} // namespace wamp
