// socket_connection's way out: from send() to the socket, within the bound of the queue.
#include <wamp/transport/socket_connection.hpp>

#include <array>
#include <utility>

namespace wamp {

std::size_t socket_connection::cost_of(std::size_t message_size) const noexcept {
  std::array<char, framing::max_header> header;
  return queue_budget::cost_of(
      framing_->write_header(header.data(), message_size) + message_size + framing_->tail().size());
}

/// `queued` if the message is welcome and its cost counted, else the answer to who sends it. What
/// becomes of an event that does not fit is for refuse_event() to say.
send_result socket_connection::admit(std::size_t size, std::size_t cost, bool event) {
  if (!sending_.load(std::memory_order_relaxed))
    return send_result::closed;
  if (size > framing_->send_limit())
    return send_result::too_big;
  auto bound = limits().write_queue;
  if (!budget_.try_reserve(cost, bound)) {
    feel_pressure();
    if (!event)
      core_->counters.overflows.add();
    return send_result::overflow;
  }
  if (budget_.used() > bound / 2)
    feel_pressure();
  return send_result::queued;
}

send_result socket_connection::send_any(slice message, bool event) {
  auto cost = cost_of(message.size());
  auto answer = admit(message.size(), cost, event);
  if (answer == send_result::overflow && event)
    return refuse_event(std::move(message), cost);
  if (answer != send_result::queued)
    return answer;
  if (core_->in_this_thread()) {
    enqueue(std::move(message), event);
  } else if (!core_->send_from_outside(self(), std::move(message), event)) {
    budget_.release(cost);
    return send_result::closed;
  }
  return send_result::queued;
}

send_result socket_connection::send(std::string_view message) {
  if (message.size() >= gather_area::small || !core_->in_this_thread())
    return send_any(slice(std::string(message)), false);
  std::array<char, framing::max_header> header;
  auto header_size = framing_->write_header(header.data(), message.size());
  auto end = framing_->tail();
  auto cost = queue_budget::cost_of(header_size + message.size() + end.size());
  auto answer = admit(message.size(), cost, false);
  if (answer != send_result::queued)
    return answer;
  queue_.push_copy({header.data(), header_size}, message, end);
  wake_writer();
  return answer;
}

send_result socket_connection::send(std::string_view head, slice body, std::string_view tail) {
  auto size = head.size() + body.size() + tail.size();
  auto end = framing_->tail();
  if (!core_->in_this_thread()) {
    std::string whole;
    whole.reserve(size);
    return send_any(slice(whole.append(head).append(body.view()).append(tail)), false);
  }
  std::array<char, framing::max_header> header;
  auto header_size = framing_->write_header(header.data(), size);
  auto answer = admit(size, queue_budget::cost_of(header_size + size + end.size()), false);
  if (answer != send_result::queued)
    return answer;
  if (end.empty())
    queue_.push_parts({header.data(), header_size}, head, std::move(body), tail);
  else
    queue_.push_parts(
        {header.data(), header_size}, head, std::move(body), std::string(tail).append(end));
  wake_writer();
  return answer;
}

/// What becomes of an event that does not fit, by policy.
send_result socket_connection::refuse_event(slice message, std::size_t cost) {
  auto bound = limits().write_queue;
  if (limits().on_overflow == overflow_policy::disconnect) {
    core_->counters.overflows.add();
    sending_ = false;
    on_io_thread([](socket_connection& c) {
      c.cut_off(close_reason::overflow, "the peer does not keep up");
    });
    return send_result::overflow;
  }
  if (limits().on_overflow == overflow_policy::drop_oldest_event) {
    bool here = core_->in_this_thread();
    if (here)
      make_room(cost);
    // Another thread can not look into the queue: accept_parcel() makes room.
    if (budget_.try_reserve(cost, here ? bound : 2 * bound)) {
      if (here)
        enqueue(std::move(message), true);
      else if (!core_->send_from_outside(self(), std::move(message), true))
        return send_result::closed;
      return send_result::queued;
    }
  }
  core_->counters.events_dropped.add();
  return send_result::dropped;
}

void socket_connection::accept_parcel(slice message, bool droppable) {
  if (stage_ != stage::ready && stage_ != stage::open) {
    budget_.release(cost_of(message.size()));
    return;
  }
  enqueue(std::move(message), droppable);
  if (limits().on_overflow == overflow_policy::drop_oldest_event)
    make_room(0);
}

/// Drops old events until `cost` more would fit, as far as that helps.
void socket_connection::make_room(std::size_t cost) {
  auto wished = budget_.used() + cost;
  auto bound = limits().write_queue;
  if (wished <= bound)
    return;
  auto dropped = queue_.drop_oldest(wished - bound);
  core_->counters.events_dropped.add(dropped.messages);
  budget_.release(dropped.cost);
}

/// The sender shall be told when it can go on.
void socket_connection::feel_pressure() {
  if (pressure_.load(std::memory_order_relaxed) || pressure_.exchange(true))
    return;
  // The io thread may have written everything just before it could see the flag.
  if (!core_->in_this_thread())
    core_->post([c = self()] { c->tell_writable(); });
}

void socket_connection::tell_writable() {
  if (stage_ != stage::open || !pressure_.load(std::memory_order_relaxed)
      || budget_.used() > limits().write_queue / 2)
    return;
  pressure_ = false;
  handler_->on_writable();
}

void socket_connection::enqueue(slice message, bool droppable) {
  std::array<char, framing::max_header> header;
  auto size = framing_->write_header(header.data(), message.size());
  queue_.push({header.data(), size}, std::move(message), droppable, framing_->tail());
  wake_writer();
}

/// What waits becomes one frame, unless that would be a large one.
void socket_connection::begin_batch() {
  auto size = queue_.begin_batch(batch_format::usual_size);
  if (size == 0)
    return;
  if (framing_->makes_frames()) {
    auto frame = framing_->make_frame(queue_.batch());
    auto frame_size = frame.size();
    auto gone = queue_.replace_batch(std::move(frame));
    budget_.reserve(queue_budget::cost_of(frame_size, gone.messages));
    budget_.release(gone.cost);
  } else {
    std::array<char, framing::max_header> header;
    auto header_size = framing_->write_frame_header(header.data(), size);
    queue_.put_before_batch({header.data(), header_size});
    budget_.reserve(queue_budget::cost_of(header_size));
  }
}

void socket_connection::enqueue_last(std::string bytes) {
  if (bytes.empty())
    return;
  budget_.reserve(queue_budget::cost_of(bytes.size()));
  queue_.push_last(std::move(bytes));
}

/// Pings and their answers pass the messages; a peer that asks and never reads is cut off.
void socket_connection::enqueue_control(std::string_view frames) {
  if (queue_.control_bytes() > 0 && queue_.control_bytes() + frames.size() > limits().write_queue) {
    core_->counters.overflows.add();
    cut_off(close_reason::overflow, "the peer does not read the answers to its pings");
    return;
  }
  budget_.reserve(frames.size());
  queue_.push_control(frames);
  wake_writer();
}

void socket_connection::wake_writer() {
  if (dirty_ || awaiting_output_)
    return;
  dirty_ = true;
  core_->mark_dirty(*this);
}

void socket_connection::await_output() {
  awaiting_output_ = true;
  watch(watched_ | EPOLLOUT);
}

void socket_connection::flush() {
  dirty_ = false;
  if (stage_ == stage::gone || awaiting_output_)
    return;
  // A peer that takes all we have must not starve the others either.
  constexpr std::size_t enough_for_one_turn = 1U << 20U;
  for (std::size_t written = 0; !queue_.empty() || stream_.holds_output();) {
    if (written >= enough_for_one_turn) {
      wake_writer();
      break;
    }
    if (framing_ && framing_->is_batched())
      begin_batch();
    auto parts = queue_.gather(core_->gathering);
    auto result = stream_.write(parts);
    if (result.what == io_result::status::failed) {
      on_network_error(result.error);
      return;
    }
    auto taken = queue_.consume(result.size);
    budget_.release(taken.cost);
    core_->counters.messages_out.add(taken.messages);
    core_->counters.bytes_out.add(result.size);
    written += result.size;
    if (result.what == io_result::status::wants_input)
      break; // on_readable() comes back to it
    if (result.exhausted) {
      await_output();
      break;
    }
  }
  tell_writable();
  if (queue_.empty() && !stream_.holds_output())
    on_queue_empty();
}

} // namespace wamp
