// What one actor has sent another and the other has not handled yet, so that the mailbox of one
// that is slow does not grow without bound. Thread-safe: counted here by the sender, and there by
// whoever drops the last copy of a receipt.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace wamp {

/// Travels with what was sent; when it has gone, that has been handled.
using receipt = std::shared_ptr<const void>;

class in_flight {
public:
  /// In bytes of weight_of(): as much as a socket's peer may leave unread.
  static constexpr std::size_t bound = std::size_t{16} << 20U;

  /// Whether a message more would be refused. One may always be on its way, however large.
  bool is_full() const noexcept {
    return adding_ + sent_->load(std::memory_order_relaxed) >= bound;
  }

  /// A message for the next batch.
  void add(std::size_t bytes) noexcept { adding_ += bytes; }

  /// For the batch of all that was added.
  receipt take_receipt() {
    const auto bytes = std::exchange(adding_, 0);
    sent_->fetch_add(bytes, std::memory_order_relaxed);
    return std::make_shared<const counted>(sent_, bytes);
  }

private:
  using count = std::atomic<std::size_t>;

  struct counted {
    counted(std::shared_ptr<count> c, std::size_t n) : of(std::move(c)), bytes(n) {}
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted() { of->fetch_sub(bytes, std::memory_order_relaxed); }

    std::shared_ptr<count> of;
    std::size_t bytes;
  };

  std::size_t adding_ = 0;
  std::shared_ptr<count> sent_ = std::make_shared<count>(0);
};

} // namespace wamp
