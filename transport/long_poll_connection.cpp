#include <wamp/transport/long_poll_connection.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace wamp {

using clock = std::chrono::steady_clock;
using outcome = long_poll_connection::polled::outcome;

long_poll_connection::long_poll_connection(
    std::shared_ptr<io_core> core, const connection_limits& limits, subprotocol p,
    std::string peer_name, peer_details peer, std::function<void()> on_gone)
    : core_(std::move(core)),
      limits_(limits),
      protocol_(p),
      peer_name_(std::move(peer_name)),
      peer_(std::move(peer)),
      queue_(limits.write_queue, limits.on_overflow),
      on_gone_(std::move(on_gone)),
      last_seen_(clock::now()),
      stage_deadline_(last_seen_ + limits.handshake_timeout) {}

// ------------------------------------------------------------------------------ the client

long_poll_connection::polled long_poll_connection::poll(const request& r, bool again) {
  std::unique_lock lock(mutex_);
  polled result;
  if (again && waiting_ != r) {
    result.what = outcome::superseded;
    return result;
  }
  if (stage_ == stage::over) {
    waiting_ = {};
    result.what = outcome::over;
    return result;
  }
  last_seen_ = clock::now();
  auto before = std::exchange(waiting_, queue_.empty() ? r : request{});
  if (!queue_.empty()) {
    result.what = outcome::message;
    result.message =
        protocol_.batched ? queue_.take_batch(batch_format(protocol_.encoding)) : queue_.take();
  }
  woken_ = false;
  bool all_fetched = stage_ == stage::closing && queue_.empty();
  auto reason = reason_;
  bool relieved = pressure_ && queue_.used() <= limits_.write_queue / 2;
  lock.unlock();
  if (!again && before.from)
    before.from->wake(before.number); // and it will find itself superseded
  if (all_fetched)
    conclude(reason, {});
  else if (relieved)
    core_->post([c = shared_from_this()] { c->tell_writable(); });
  return result;
}

void long_poll_connection::stop_waiting(const request& r) {
  std::lock_guard lock(mutex_);
  last_seen_ = clock::now();
  std::erase_if(inbox_, [&](const brought& b) { return b.by == r; });
  if (waiting_ == r)
    waiting_ = {};
}

bool long_poll_connection::bring(std::vector<slice> messages, request r) {
  {
    std::lock_guard lock(mutex_);
    if (stage_ != stage::open)
      return false;
    last_seen_ = clock::now();
    inbox_.push_back({std::move(messages), std::move(r)});
  }
  return core_->post([c = shared_from_this()] { c->deliver(); });
}

// ------------------------------------------------------------------------------ the io thread

void long_poll_connection::start(std::unique_ptr<connection_handler> handler) {
  auto held = std::make_shared<std::unique_ptr<connection_handler>>(std::move(handler));
  if (!core_->post([c = shared_from_this(), held] { c->begin_delivery(std::move(*held)); }))
    (*held)->on_closed(close_reason::going_away, "the io thread has ended");
}

void long_poll_connection::begin_delivery(std::unique_ptr<connection_handler> handler) {
  std::unique_lock lock(mutex_);
  handler_ = std::move(handler);
  bool over = stage_ == stage::over;
  if (stage_ == stage::open)
    stage_deadline_ = time_point::max();
  lock.unlock();
  over ? tell_end() : deliver();
}

/// All that was brought, unless nobody wants it now.
void long_poll_connection::deliver() {
  std::unique_lock lock(mutex_);
  if (stage_ != stage::open || paused_ || !handler_ || inbox_.empty())
    return;
  auto all = std::exchange(inbox_, {});
  last_seen_ = clock::now();
  lock.unlock();
  std::vector<slice> messages;
  for (auto& b : all)
    std::ranges::move(b.messages, std::back_inserter(messages));
  handler_->on_messages(std::move(messages));
  for (auto& b : all)
    b.by.from->finish(b.by.number, true);
}

void long_poll_connection::tell_end() {
  auto handler = std::move(handler_);
  if (handler)
    handler->on_closed(reason_, detail_);
}

void long_poll_connection::tell_writable() {
  std::unique_lock lock(mutex_);
  if (stage_ != stage::open || !handler_ || !pressure_ || queue_.used() > limits_.write_queue / 2)
    return;
  pressure_ = false;
  lock.unlock();
  handler_->on_writable();
}

/// Nothing was asked or brought for longer than a socket may be silent. Without pings, too: there
/// is no other sign of a client's end.
bool long_poll_connection::is_silent(time_point now) const {
  return !waiting_.from && inbox_.empty() && now >= last_seen_ + limits_.longest_silence();
}

void long_poll_connection::check_time(time_point now) {
  std::unique_lock lock(mutex_);
  if (stage_ == stage::over)
    return;
  if (now >= stage_deadline_) {
    auto reason = stage_ == stage::closing ? reason_ : close_reason::timeout;
    lock.unlock();
    return conclude(reason, "not in time");
  }
  if (stage_ != stage::open)
    return;
  if (is_silent(now)) {
    lock.unlock();
    return conclude(close_reason::timeout, "the client does not ask any more");
  }
  if (now < user_deadline_ || !handler_)
    return;
  user_deadline_ = time_point::max();
  lock.unlock();
  handler_->on_deadline();
}

// ------------------------------------------------------------------------------ the session

send_result long_poll_connection::send(slice message) {
  std::unique_lock lock(mutex_);
  if (stage_ != stage::open)
    return send_result::closed;
  auto answer = queue_.push(std::move(message));
  after_push(answer);
  if (answer == send_result::overflow)
    core_->counters.overflows.add();
  return answer;
}

send_result long_poll_connection::send(std::string_view head, slice body, std::string_view tail) {
  std::string whole;
  whole.reserve(head.size() + body.size() + tail.size());
  return send(slice(whole.append(head).append(body.view()).append(tail)));
}

send_result long_poll_connection::send_event(slice message) {
  std::unique_lock lock(mutex_);
  if (stage_ != stage::open)
    return send_result::closed;
  auto dropped = queue_.dropped();
  auto answer = queue_.push_event(std::move(message));
  core_->counters.events_dropped.add(queue_.dropped() - dropped);
  after_push(answer);
  lock.unlock();
  if (answer == send_result::overflow) {
    core_->counters.overflows.add();
    conclude(close_reason::overflow, "the peer does not keep up");
  }
  return answer;
}

/// With the mutex.
void long_poll_connection::after_push(send_result answer) {
  if (answer != send_result::queued || queue_.used() > limits_.write_queue / 2)
    pressure_ = true;
  if (answer == send_result::queued)
    wake_waiting();
}

/// With the mutex.
void long_poll_connection::wake_waiting() {
  if (waiting_.from && !std::exchange(woken_, true))
    waiting_.from->wake(waiting_.number);
}

void long_poll_connection::pause_reading() {
  std::lock_guard lock(mutex_);
  paused_ = true;
}

void long_poll_connection::resume_reading() {
  {
    std::lock_guard lock(mutex_);
    paused_ = false;
  }
  core_->post([c = shared_from_this()] { c->deliver(); });
}

void long_poll_connection::set_deadline(std::chrono::milliseconds delay) {
  {
    std::lock_guard lock(mutex_);
    user_deadline_ = clock::now() + delay;
  }
  core_->post([c = core_.get(), delay] { c->watch_timeout(delay); });
}

void long_poll_connection::clear_deadline() {
  std::lock_guard lock(mutex_);
  user_deadline_ = time_point::max();
}

void long_poll_connection::close(close_reason reason) {
  std::unique_lock lock(mutex_);
  if (stage_ != stage::open)
    return;
  stage_ = stage::closing;
  reason_ = reason;
  stage_deadline_ = clock::now() + limits_.close_timeout;
  auto undelivered = std::exchange(inbox_, {});
  bool all_fetched = queue_.empty();
  lock.unlock();
  for (auto& b : undelivered)
    b.by.from->finish(b.by.number, false);
  if (all_fetched)
    conclude(reason, {});
}

/// The last thing that happens. Who waits is told; the handler, on its thread.
void long_poll_connection::conclude(close_reason reason, std::string_view detail) {
  std::unique_lock lock(mutex_);
  if (std::exchange(stage_, stage::over) == stage::over)
    return;
  reason_ = reason;
  detail_ = detail;
  queue_.clear();
  auto undelivered = std::exchange(inbox_, {});
  auto on_gone = std::exchange(on_gone_, {});
  wake_waiting();
  lock.unlock();
  for (auto& b : undelivered)
    b.by.from->finish(b.by.number, false);
  auto keep = shared_from_this();
  on_gone();
  if (!core_->post([keep] { keep->tell_end(); }))
    tell_end(); // nobody runs the io thread any more
}

std::size_t long_poll_connection::queued_bytes() const noexcept {
  std::lock_guard lock(mutex_);
  return queue_.used();
}

} // namespace wamp
