#pragma once
// Judges the sequence numbers that one receiver gets from one sender: in order, late, or twice.
// What never came is counted at the end, as sent minus `distinct()`. Used by the workloads.

#include <cstdint>

namespace wamp::bench {

class sequence_check {
public:
  enum class verdict : std::uint8_t { in_order, reordered, duplicate };

  /// Sequence numbers start at 0. A number that comes after a higher one is late; told from a
  /// repeated one as long as it is at most 64 behind.
  verdict accept(std::uint64_t sequence) {
    if (sequence >= next_) {
      auto step = sequence - next_ + 1;
      recent_ = step < 64 ? recent_ << step | 1 : 1;
      next_ = sequence + 1;
      ++distinct_;
      return verdict::in_order;
    }
    auto behind = next_ - 1 - sequence;
    if (behind < 64) {
      auto bit = std::uint64_t{1} << behind;
      if (recent_ & bit)
        return verdict::duplicate;
      recent_ |= bit;
    }
    ++distinct_;
    return verdict::reordered;
  }

  /// How many different numbers came.
  std::uint64_t distinct() const { return distinct_; }

private:
  std::uint64_t next_ = 0;   // one above the highest number seen
  std::uint64_t recent_ = 0; // bit n: the number n below the highest one was seen
  std::uint64_t distinct_ = 0;
};

} // namespace wamp::bench
