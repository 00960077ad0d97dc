// socket_connection's way in: from a readable socket to messages for the handler.
#include <wamp/transport/socket_address.hpp>
#include <wamp/transport/socket_connection.hpp>

#include <string>
#include <utility>

namespace wamp {

bool socket_connection::wants_input() const noexcept {
  switch (stage_) {
  case stage::handshake:
    return true;
  case stage::open:
    return !paused_;
  case stage::closing:
  case stage::leaving:
    return !input_ended_;
  case stage::ready:
  case stage::gone:
    break;
  }
  return false;
}

void socket_connection::await_input() {
  if (!wants_input())
    return;
  if ((watched_ & EPOLLIN) == 0)
    watch(watched_ | EPOLLIN);
  if (stream_.holds_input())
    core_->loop.call_again(*this);
}

/// What is not wanted for a while goes on being watched until it happens: most often it is wanted
/// again before that, and a change of mind is a system call.
void socket_connection::watch(std::uint32_t events) {
  // Edges: the kernel need not look at a socket again that was emptied. A change of what is
  // watched reports what is there already.
  auto edges = [](std::uint32_t of) { return of == 0 ? 0 : of | EPOLLET | EPOLLRDHUP; };
  auto before = std::exchange(watched_, events);
  if (auto error = core_->loop.watch(*this, stream_.descriptor(), edges(before), edges(events)))
    on_network_error(error);
}

void socket_connection::on_ready(std::uint32_t events) {
  auto keep = self();
  if ((events & (EPOLLHUP | EPOLLRDHUP)) != 0)
    end_announced_ = true;
  // Of a broken socket, reading and writing say what happened.
  if ((events & (EPOLLHUP | EPOLLERR)) != 0)
    events |= watched_;
  if (awaiting_output_ && (events & EPOLLOUT) != 0) {
    awaiting_output_ = false;
    flush();
  }
  if ((events & EPOLLIN) != 0 && wants_input()) {
    on_readable();
    // The end of the stream stands behind its last bytes, however many reads those take, and is no
    // edge of its own any more.
    if (stage_ != stage::gone && !input_ended_
        && (more_input_ || end_announced_ || (events & EPOLLERR) != 0))
      core_->loop.call_again(*this);
  }
  if (stage_ == stage::gone)
    return;
  auto wanted = watched_;
  if ((events & EPOLLIN) != 0 && !wants_input())
    wanted &= ~std::uint32_t{EPOLLIN};
  if (!awaiting_output_)
    wanted &= ~std::uint32_t{EPOLLOUT};
  watch(wanted);
}

/// One read per turn, so that a busy peer does not starve the others; what is left in the
/// socket is seen again at once.
void socket_connection::on_readable() {
  auto& buffer = core_->read_buffer;
  // What comes before start() is kept; that shall not be much.
  auto size = stage_ == stage::handshake ? buffer.size() / 16 : buffer.size();
  auto result = stream_.read(buffer.data(), size);
  more_input_ = !result.exhausted;
  // What was read may be a part of TLS's handshake, which wants an answer or was waited for.
  if (stream_.is_encrypted() && (stream_.holds_output() || !queue_.empty()))
    wake_writer();
  switch (result.what) {
  case io_result::status::done:
    liveness_.on_life();
    core_->counters.bytes_in.add(result.size);
    take_bytes({buffer.data(), result.size});
    break;
  case io_result::status::would_block:
  case io_result::status::wants_input:
    break;
  case io_result::status::end:
    on_input_ended();
    break;
  case io_result::status::failed:
    on_network_error(result.error);
    break;
  }
}

void socket_connection::take_bytes(std::string_view bytes) {
  if (stage_ == stage::handshake)
    shake_hands(bytes);
  else if (stage_ == stage::open)
    take_frames(bytes);
  else if (expects_close_)
    await_close_frame(bytes);
}

void socket_connection::shake_hands(std::string_view bytes) {
  early_.append(bytes);
  auto result = handshake_->feed(early_);
  if (result.what == handshake_result::outcome::need_more)
    return;
  handshake_.reset();
  enqueue_last(std::move(result.reply));
  if (result.what == handshake_result::outcome::established) {
    establish(std::move(*result.agreed), result.consumed, std::move(result.cookie));
    return;
  }
  std::string().swap(early_);
  concluded_ = true; // there is no handler to tell
  leave();
  if (result.what == handshake_result::outcome::refused)
    fail_handshake(result.detail, result.format_refused);
}

void socket_connection::establish(framing agreed, std::size_t consumed, std::string cookie) {
  framing_ = std::move(agreed);
  if (stream_.is_encrypted() || !cookie.empty())
    details_ = std::make_unique<const peer_details>(
        peer_details{address_in(peer_name_), stream_.details(), std::move(cookie)});
  early_.substr(consumed).swap(early_); // assigning would keep the memory
  stage_ = stage::ready;
  stage_deadline_ = std::chrono::steady_clock::now() + limits().handshake_timeout;
  sending_ = true;
  wake_writer();
  if (framing_->is_http())
    owner_->on_http(self(), core_);
  else
    owner_->on_established(self());
}

void socket_connection::pause_reading() {
  on_io_thread([](socket_connection& c) { c.paused_ = true; });
}

void socket_connection::resume_reading() {
  on_io_thread([](socket_connection& c) {
    if (!std::exchange(c.paused_, false))
      return;
    c.liveness_.on_life();
    if (c.early_.empty())
      c.await_input();
    else
      c.core_->post([s = c.self()] { s->go_on_reading(); });
  });
}

void socket_connection::go_on_reading() {
  if (stage_ != stage::open || paused_)
    return;
  if (!early_.empty())
    take_frames(std::exchange(early_, {}));
  await_input();
}

void socket_connection::take_frames(std::string_view bytes) {
  auto& in = core_->input;
  in.clear();
  framing_->feed(bytes, in);
  if (!in.messages.empty()) {
    core_->counters.messages_in.add(in.messages.size());
    handler_->on_messages(std::exchange(in.messages, {}));
  }
  if (!in.replies.empty() && stage_ == stage::open)
    enqueue_control(in.replies);
  if (in.end == received::ending::peer_closed)
    on_peer_closed(in.close_code);
  else if (in.end == received::ending::failed)
    on_rules_broken(in.reason, in.detail);
}

/// After our close frame, the peer's messages are read only to find its own.
void socket_connection::await_close_frame(std::string_view bytes) {
  auto& in = core_->input;
  in.clear();
  framing_->feed(bytes, in);
  if (in.end != received::ending::none)
    on_input_ended();
  in.clear();
}

void socket_connection::on_input_ended() {
  input_ended_ = true;
  if (stage_ == stage::handshake) {
    fail_handshake("the connection was closed during the handshake");
    drop_socket();
  } else if (stage_ == stage::open) {
    // The peer may have closed one direction only: it gets what was queued for it.
    conclude(close_reason::peer_closed, "end of stream");
    leave();
  } else if (stage_ == stage::leaving && queue_.empty() && !stream_.holds_output()) {
    hang_up();
  }
}

void socket_connection::on_peer_closed(std::uint16_t close_code) {
  if (stage_ != stage::open) {
    on_input_ended();
    return;
  }
  input_ended_ = true;
  budget_.release(queue_.drop_unbegun().cost); // nobody is there to read it
  enqueue_last(framing_->close_answer(close_code));
  conclude(close_reason::peer_closed, "close code " + std::to_string(close_code));
  leave();
}

void socket_connection::on_rules_broken(close_reason reason, std::string_view detail) {
  broken_ = true;
  expects_close_ = false;
  if (stage_ != stage::open)
    return;
  handler_->on_violation(detail);
  if (stage_ != stage::open)
    return; // by the handler
  enqueue_last(framing_->close(reason));
  conclude(reason, detail);
  leave();
}

} // namespace wamp
