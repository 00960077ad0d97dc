#include <wamp/transport/write_queue.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace wamp {

bool queue_budget::try_reserve(std::size_t cost, std::size_t bound) noexcept {
  auto before = used_.fetch_add(cost, std::memory_order_relaxed);
  if (before == 0 || before + cost <= bound)
    return true;
  release(cost);
  return false;
}

/// The memory of a tail that was written, for the next tail of any connection of this thread. No
/// connection keeps its own: most are idle most of the time.
static thread_local std::vector<char> spare;

void write_queue::append(entry e) {
  if (entries_.size() == entries_.capacity() && entries_.size() > 2 * live_)
    compact();
  entries_.push_back(std::move(e));
  ++live_;
}

void write_queue::push(std::string_view header, slice body, bool droppable, std::string_view end) {
  seal_tail();
  entry e;
  std::ranges::copy(header, e.header.begin());
  e.header_size = static_cast<std::uint8_t>(header.size());
  std::ranges::copy(end, &e.end);
  e.end_size = static_cast<std::uint8_t>(end.size());
  e.body = std::move(body);
  e.what = droppable ? entry::kind::droppable : entry::kind::message;
  append(std::move(e));
}

void write_queue::push_copy(std::string_view header, std::string_view body, std::string_view end) {
  constexpr std::size_t long_enough = std::size_t{32} << 10U;
  if (tail_.size() >= long_enough)
    seal_tail();
  if (tail_.empty()) {
    tail_.swap(spare);
    tail_.reserve(std::max<std::size_t>(512, header.size() + body.size() + end.size()));
  }
  tail_.insert(tail_.end(), header.begin(), header.end());
  tail_.insert(tail_.end(), body.begin(), body.end());
  tail_.insert(tail_.end(), end.begin(), end.end());
  ++tail_count_;
}

void write_queue::push_parts(
    std::string_view header, std::string_view head, slice body, std::string_view tail) {
  push({}, slice(std::string(header).append(head)), false);
  auto go_on = [this](slice part) {
    entry e;
    e.body = std::move(part);
    e.what = entry::kind::message;
    e.count = 0;
    append(std::move(e));
  };
  go_on(std::move(body));
  if (!tail.empty())
    go_on(slice(std::string(tail)));
}

/// What belongs to a begun message, or to a begun batch, is begun as well.
std::size_t write_queue::first_unbegun() const noexcept {
  return end_of_message(std::max(head_ + (begun_ > 0 ? 1 : 0), batched_));
}

/// The first from `i` on that does not go on with the message before it.
std::size_t write_queue::end_of_message(std::size_t i) const noexcept {
  while (i < entries_.size() && entries_[i].count == 0 && entries_[i].what != entry::kind::dead)
    ++i;
  return i;
}

std::size_t write_queue::begin_batch(std::size_t most) {
  in_batches_ = true;
  if (head_ < batched_)
    return 0;
  seal_tail();
  std::size_t size = 0;
  for (auto i = head_; i < entries_.size();) {
    auto next = end_of_message(i + 1);
    std::size_t more = 0;
    if (entries_[i].what != entry::kind::dead)
      for (auto k = i; k < next; ++k)
        more += entries_[k].size();
    bool message = entries_[i].what != entry::kind::other;
    if (size > 0 && (!message || size + more > most))
      break;
    i = next;
    if (more == 0)
      continue;
    batched_ = next;
    if (!message)
      break;
    size += more;
  }
  return size;
}

void write_queue::put_before_batch(std::string_view header) {
  skip_dead();
  entry e;
  std::ranges::copy(header, e.header.begin());
  e.header_size = static_cast<std::uint8_t>(header.size());
  ++live_;
  if (head_ > 0) { // in the place of one that was written
    entries_[--head_] = std::move(e);
    return;
  }
  entries_.insert(entries_.begin(), std::move(e));
  ++batched_;
  ++oldest_;
}

std::vector<std::string_view> write_queue::batch() const {
  std::vector<std::string_view> parts;
  for (auto i = head_; i < batched_; ++i) {
    const auto& e = entries_[i];
    for (std::string_view part :
         {std::string_view(e.header.data(), e.header_size), e.body.view(),
          std::string_view(&e.end, e.end_size)})
      if (!part.empty())
        parts.push_back(part);
  }
  return parts;
}

write_queue::taken write_queue::replace_batch(slice frame) {
  taken sum;
  for (; head_ < batched_; ++head_)
    if (entries_[head_].what != entry::kind::dead)
      bury(entries_[head_], sum);
  auto& e = entries_[--head_];
  e = entry();
  e.body = std::move(frame);
  e.what = entry::kind::message;
  e.count = static_cast<std::uint16_t>(sum.messages);
  ++live_;
  return sum;
}

/// Makes an entry of the tail.
void write_queue::seal_tail() {
  if (tail_.empty())
    return;
  entry e;
  auto owner = std::make_shared<const std::vector<char>>(std::exchange(tail_, {}));
  e.body = slice(owner, {owner->data(), owner->size()});
  e.what = entry::kind::message;
  e.count = std::exchange(tail_count_, std::uint16_t{0});
  append(std::move(e));
}

void write_queue::push_last(std::string bytes) {
  if (bytes.empty())
    return;
  seal_tail();
  entry e;
  e.body = slice(std::move(bytes));
  append(std::move(e));
}

/// Puts bytes into the area: copies of small ones, joined, and references to large ones.
class write_queue::gatherer {
public:
  explicit gatherer(gather_area& area) : area_(area) {}

  bool add(std::string_view bytes) {
    if (bytes.size() < gather_area::small)
      return copy(bytes);
    if (parts_ == area_.parts.size())
      return false;
    // writev() only reads, whatever the type of iov_base says.
    area_.parts[parts_++] = {const_cast<char*>(bytes.data()), bytes.size()};
    joined_ = false;
    return true;
  }

  /// False if there was no room for all of it; then a part of it may be there.
  bool add(const entry& e, std::size_t begun) {
    std::string_view header(e.header.data(), e.header_size);
    auto of_header = std::min(begun, header.size());
    begun -= of_header;
    auto of_body = std::min(begun, e.body.size());
    return add(header.substr(of_header)) && add(e.body.view().substr(of_body))
           && (e.end_size == 0 || add({&e.end, e.end_size}));
  }

  std::span<const iovec> parts() const { return {area_.parts.data(), parts_}; }

private:
  bool copy(std::string_view bytes) {
    if (bytes.empty())
      return true;
    if (filled_ + bytes.size() > area_.bytes.size() || (!joined_ && parts_ == area_.parts.size()))
      return false;
    auto* to = area_.bytes.data() + filled_;
    std::memcpy(to, bytes.data(), bytes.size());
    filled_ += bytes.size();
    if (joined_)
      area_.parts[parts_ - 1].iov_len += bytes.size();
    else
      area_.parts[parts_++] = {to, bytes.size()};
    joined_ = true;
    return true;
  }

  gather_area& area_;
  std::size_t parts_ = 0;
  std::size_t filled_ = 0;
  bool joined_ = false; // the last part ends at filled_
};

std::span<const iovec> write_queue::gather(gather_area& area) const {
  gatherer to(area);
  auto i = head_;
  bool room = true;
  for (auto begun = first_unbegun(); room && i < begun; ++i)
    room = to.add(entries_[i], i == head_ ? begun_ : 0);
  room = room && to.add(std::string_view(control_).substr(control_begun_));
  for (; room && !in_batches_ && i < entries_.size(); ++i)
    if (entries_[i].what != entry::kind::dead)
      room = to.add(entries_[i], 0);
  if (room && !in_batches_)
    to.add({tail_.data(), tail_.size()});
  return to.parts();
}

write_queue::taken write_queue::consume(std::size_t size) {
  taken sum;
  while (size > 0 && head_ < first_unbegun())
    consume_head(size, sum);
  if (head_ == first_unbegun())
    consume_control(size, sum);
  while (size > 0 && live_ > 0)
    consume_head(size, sum);
  if (size > 0)
    consume_tail(size, sum);
  if (live_ == 0) {
    // The memory goes too: most connections are idle most of the time.
    std::vector<entry>().swap(entries_);
    head_ = oldest_ = batched_ = 0;
  }
  return sum;
}

void write_queue::consume_control(std::size_t& size, taken& sum) {
  auto written = std::min(size, control_bytes());
  size -= written;
  sum.cost += written;
  control_begun_ += written;
  if (control_begun_ == control_.size()) {
    std::string().swap(control_);
    control_begun_ = 0;
  }
}

void write_queue::consume_head(std::size_t& size, taken& sum) {
  skip_dead();
  auto& e = entries_[head_];
  auto left = e.size() - begun_;
  if (size < left) {
    begun_ += size;
    size = 0;
    return;
  }
  size -= left;
  begun_ = 0;
  sum.messages += e.messages();
  sum.cost += e.cost();
  e.body = {};
  ++head_;
  --live_;
}

void write_queue::consume_tail(std::size_t size, taken& sum) {
  if (size < tail_.size()) {
    seal_tail();
    consume_head(size, sum);
    return;
  }
  sum.messages += tail_count_;
  sum.cost += queue_budget::cost_of(tail_.size(), tail_count_);
  tail_.clear();
  if (tail_.capacity() > spare.capacity())
    tail_.swap(spare);
  std::vector<char>().swap(tail_);
  tail_count_ = 0;
}

void write_queue::skip_dead() noexcept {
  while (entries_[head_].what == entry::kind::dead)
    ++head_;
}

void write_queue::bury(entry& e, taken& sum) noexcept {
  sum.messages += e.messages();
  sum.cost += e.cost();
  e.body = {};
  e.header_size = 0;
  e.end_size = 0;
  e.what = entry::kind::dead;
  --live_;
}

write_queue::taken write_queue::drop_oldest(std::size_t wanted) {
  taken sum;
  oldest_ = std::max(oldest_, first_unbegun());
  while (sum.cost < wanted && oldest_ < entries_.size()) {
    auto& e = entries_[oldest_++];
    if (e.what == entry::kind::droppable)
      bury(e, sum);
  }
  return sum;
}

write_queue::taken write_queue::drop_unbegun() {
  taken sum;
  seal_tail();
  for (auto i = first_unbegun(); i < entries_.size(); ++i)
    if (entries_[i].what != entry::kind::dead)
      bury(entries_[i], sum);
  if (control_begun_ == 0) {
    sum.cost += control_.size();
    std::string().swap(control_);
  }
  compact();
  return sum;
}

write_queue::taken write_queue::clear() {
  taken sum;
  seal_tail();
  for (auto i = head_; i < entries_.size(); ++i)
    if (entries_[i].what != entry::kind::dead)
      bury(entries_[i], sum);
  sum.cost += control_bytes();
  *this = write_queue();
  return sum;
}

/// Closes the gaps, before the vector grows for nothing but them.
void write_queue::compact() {
  std::vector<entry> kept;
  kept.reserve(2 * (live_ + 1));
  auto oldest = std::size_t{0};
  auto batched = std::size_t{0};
  for (auto i = head_; i < entries_.size(); ++i) {
    if (entries_[i].what == entry::kind::dead)
      continue;
    if (i < oldest_)
      ++oldest;
    if (i < batched_)
      ++batched;
    kept.push_back(std::move(entries_[i]));
  }
  entries_ = std::move(kept);
  head_ = 0;
  oldest_ = oldest;
  batched_ = batched;
}

} // namespace wamp
