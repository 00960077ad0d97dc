#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/serialization/codec.hpp>

namespace wamp {

const slice& shared_event::encoded(format f) const {
  auto& bytes = forms_[index_of(f)];
  const auto bit = 1U << index_of(f);
  if ((made_.load(std::memory_order_acquire) & bit) != 0)
    return bytes;
  std::lock_guard lock{making_};
  if ((made_.load(std::memory_order_relaxed) & bit) == 0) {
    bytes = slice{encode(f, event_)};
    made_.fetch_or(bit, std::memory_order_release);
  }
  return bytes;
}

} // namespace wamp
