#include <wamp/transport/long_poll_queue.hpp>
#include <wamp/transport/write_queue.hpp>

#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace wamp {

/// A message that is alone is taken even if it is larger.
bool long_poll_queue::fits(std::size_t cost) const noexcept {
  return entries_.empty() || used_ + cost <= bound_;
}

bool long_poll_queue::add(slice message, bool droppable) {
  auto cost = queue_budget::cost_of(message.size());
  if (!fits(cost))
    return false;
  used_ += cost;
  entries_.push_back({std::move(message), droppable});
  if (droppable)
    events_.push_back(std::prev(entries_.end()));
  return true;
}

send_result long_poll_queue::push(slice message) {
  return add(std::move(message), false) ? send_result::queued : send_result::overflow;
}

send_result long_poll_queue::push_event(slice message) {
  if (policy_ == overflow_policy::drop_oldest_event)
    drop_oldest(queue_budget::cost_of(message.size()));
  if (add(std::move(message), true))
    return send_result::queued;
  if (policy_ == overflow_policy::disconnect)
    return send_result::overflow;
  ++dropped_;
  return send_result::dropped;
}

void long_poll_queue::drop_oldest(std::size_t cost) {
  while (!fits(cost) && !events_.empty()) {
    remove(events_.front());
    ++dropped_;
  }
}

slice long_poll_queue::take() {
  return remove(entries_.begin());
}

slice long_poll_queue::take_batch(const batch_format& how) {
  std::string batch;
  do {
    auto message = take();
    std::array<char, batch_format::max_head> head;
    batch.append(head.data(), how.write_head(head.data(), message.size()));
    batch.append(message.view()).append(how.tail());
  } while (!empty() && batch.size() + entries_.front().message.size() < batch_format::usual_size);
  return slice(std::move(batch));
}

/// The first of its kind: of all, or of the events.
slice long_poll_queue::remove(std::list<entry>::iterator which) {
  if (which->droppable)
    events_.pop_front();
  auto message = std::move(which->message);
  used_ -= queue_budget::cost_of(message.size());
  entries_.erase(which);
  return message;
}

void long_poll_queue::clear() {
  events_.clear();
  entries_.clear();
  used_ = 0;
}

} // namespace wamp
