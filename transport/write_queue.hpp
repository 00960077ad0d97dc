// What a connection has yet to write, message by message, and the count that bounds it. Pure:
// it fills buffers for one gathering write and is told how much of them was taken. Messages that
// share frames become part of one late, when they are about to be written.
// Used by socket_connection on its io thread; `queue_budget` by any thread.
#pragma once

#include <wamp/serialization/slice.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <sys/uio.h>
#include <vector>

namespace wamp {

/// The bytes a queue holds, against its bound; the synchronous answer to "does it still fit".
class queue_budget {
public:
  /// What a message of so many octets, header included, counts for: a flood of tiny messages
  /// costs memory too.
  static constexpr std::size_t cost_of(std::size_t size, std::size_t frames = 1) noexcept {
    return size + frames * bookkeeping;
  }

  /// Counts `cost` if it fits under `bound`, or if the queue is empty.
  bool try_reserve(std::size_t cost, std::size_t bound) noexcept;

  void reserve(std::size_t cost) noexcept { used_.fetch_add(cost, std::memory_order_relaxed); }
  void release(std::size_t cost) noexcept { used_.fetch_sub(cost, std::memory_order_relaxed); }
  std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

private:
  static constexpr std::size_t bookkeeping = 64;

  std::atomic<std::size_t> used_{0};
};

/// Where gathered bytes are put together; one per io thread.
struct gather_area {
  static constexpr std::size_t small = 4096; ///< messages below are copied, others referred to

  std::array<char, 64U << 10U> bytes;
  std::array<iovec, 64> parts;
};

class write_queue {
public:
  struct taken {
    std::size_t messages = 0;
    std::size_t cost = 0; ///< to be released from the budget
  };

  bool empty() const noexcept { return live_ == 0 && tail_.empty() && control_.empty(); }

  /// Appends one message with its frame header, and an octet behind it or none.
  void push(std::string_view header, slice body, bool droppable, std::string_view end = {});

  /// The same, copied: small messages in a row become one run of bytes.
  void push_copy(std::string_view header, std::string_view body, std::string_view end = {});

  /// Appends one message in three parts, of which the body is shared and may be large.
  void
  push_parts(std::string_view header, std::string_view head, slice body, std::string_view tail);

  /// Makes a batch of the messages at the front, of `most` octets at most or of one message: they
  /// count as begun. Returns its size, or 0 if the last batch is still there or what comes next is
  /// no message. Who has called this once calls it before each gather(), which then gives nothing
  /// beyond the batch.
  std::size_t begin_batch(std::size_t most);

  /// Puts a frame's header before the batch that has just begun; it costs what a message would.
  void put_before_batch(std::string_view header);

  /// What the batch that has just begun is made of.
  std::vector<std::string_view> batch() const;

  /// Puts `frame` in its place, as so many messages as it had. Returns what is gone, its cost
  /// included; that of the frame is for the caller to count.
  taken replace_batch(slice frame);

  /// Appends bytes that are no message: a handshake's answer, a close frame.
  void push_last(std::string bytes);

  /// Queues control frames (pings and their answers), which pass everything that was not begun.
  /// They count for their size.
  void push_control(std::string_view frames) { control_.append(frames); }

  /// Bytes of control frames not yet written.
  std::size_t control_bytes() const noexcept { return control_.size() - control_begun_; }

  /// Fills `area` from the front of the queue; the parts used stay valid until the queue is
  /// changed. Empty only if the queue is.
  std::span<const iovec> gather(gather_area& area) const;

  /// Forgets the first `size` bytes, which were written.
  taken consume(std::size_t size);

  /// Drops droppable messages that were not begun, the oldest first, until their cost
  /// amounts to `wanted` or there are none.
  taken drop_oldest(std::size_t wanted);

  /// Drops all that was not begun.
  taken drop_unbegun();

  /// Drops all.
  taken clear();

private:
  struct entry {
    slice body;
    std::array<char, 10> header{};
    std::uint8_t header_size = 0;
    std::uint8_t end_size = 0;
    char end = 0;
    enum class kind : std::uint8_t { other, message, droppable, dead } what = kind::other;
    /// More than one: a run of small messages, headers included. None: goes on with the message
    /// before it.
    std::uint16_t count = 1;

    std::size_t size() const noexcept { return header_size + body.size() + end_size; }
    std::size_t cost() const noexcept { return queue_budget::cost_of(size(), count); }
    std::size_t messages() const noexcept { return what == kind::other ? 0 : count; }
  };

  class gatherer;

  void append(entry e);
  void seal_tail();
  void consume_control(std::size_t& size, taken& sum);
  void consume_head(std::size_t& size, taken& sum);
  void consume_tail(std::size_t size, taken& sum);
  void skip_dead() noexcept;
  void bury(entry& e, taken& sum) noexcept;
  void compact();
  std::size_t first_unbegun() const noexcept;
  std::size_t end_of_message(std::size_t i) const noexcept;

  // A vector and an index rather than a deque: an empty deque holds more than half a kilobyte.
  std::vector<entry> entries_;
  std::size_t head_ = 0;  // the first that is not written
  std::size_t begun_ = 0; // bytes of it that are
  std::string control_;
  std::size_t control_begun_ = 0; // bytes of it that are written
  std::size_t oldest_ = 0;        // nothing droppable before this one
  std::size_t live_ = 0;          // entries from head_ on that are not dead
  std::size_t batched_ = 0;       // the last batch ends before this one
  bool in_batches_ = false;
  std::vector<char> tail_; // small messages behind all entries, none of them begun
  std::uint16_t tail_count_ = 0;
};

} // namespace wamp
