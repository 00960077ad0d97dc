// What one actor has sent another and the other has not handled yet, so that the mailbox of one
// that is slow does not grow without bound. Thread-safe: counted here by the sender, and there by
// whoever drops the receipt.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace wamp {

/// Travels with what was sent; when it has gone, that has been handled. Each copy counts anew.
class receipt {
public:
  using count = std::atomic<std::size_t>;

  receipt() = default;
  receipt(std::shared_ptr<count> of, std::size_t bytes) : of_(std::move(of)), bytes_(bytes) {
    of_->fetch_add(bytes_, std::memory_order_relaxed);
  }
  receipt(const receipt& other) : of_(other.of_), bytes_(other.bytes_) {
    if (of_)
      of_->fetch_add(bytes_, std::memory_order_relaxed);
  }
  receipt(receipt&& other) noexcept = default;
  receipt& operator=(receipt other) noexcept {
    std::swap(of_, other.of_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~receipt() {
    if (of_)
      of_->fetch_sub(bytes_, std::memory_order_relaxed);
  }

private:
  std::shared_ptr<count> of_;
  std::size_t bytes_ = 0;
};

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
  receipt take_receipt() { return {sent_, std::exchange(adding_, 0)}; }

private:
  std::size_t adding_ = 0;
  std::shared_ptr<receipt::count> sent_ = std::make_shared<receipt::count>(0);
};

} // namespace wamp
