#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/serialization/codec.hpp>

#include <array>
#include <mutex>

namespace wamp {

struct shared_event::forms {
  // Written once, under the mutex, before its bit in `made` is set. (Not std::call_once: glibc's
  // makes a system call for each thing that it has made.)
  std::array<slice, format_count> bytes;
  std::atomic<unsigned> made{0};
  std::mutex making;
};

shared_event::~shared_event() {
  delete forms_.load(std::memory_order_acquire);
}

const slice& shared_event::encoded(format f) const {
  auto all = forms_.load(std::memory_order_acquire);
  if (!all) {
    auto first = std::make_unique<forms>();
    if (forms_.compare_exchange_strong(all, first.get(), std::memory_order_acq_rel))
      all = first.release();
  }
  auto& wanted = all->bytes[index_of(f)];
  const auto bit = 1U << index_of(f);
  if ((all->made.load(std::memory_order_acquire) & bit) != 0)
    return wanted;
  std::lock_guard lock{all->making};
  if ((all->made.load(std::memory_order_relaxed) & bit) == 0) {
    wanted = slice{encode(f, event_)};
    all->made.fetch_or(bit, std::memory_order_release);
  }
  return wanted;
}

} // namespace wamp
