#pragma once
// The one argument of every call and publication: 16 hexadecimal digits that say who sent it and
// as which one of its messages, and a fill up to the size asked for. So whoever receives it can
// tell a swapped, repeated or damaged payload from the right one. Used by the workloads.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wamp::bench {

struct stamp {
  std::uint32_t source;
  std::uint32_t sequence;
  bool operator==(const stamp&) const = default;
};

class stamped_payload {
public:
  /// `size` is in octets, at least 16.
  explicit stamped_payload(std::size_t size) : text_(size, 'w') {}

  /// The payload with this stamp; valid until the next call.
  std::string_view write(stamp s) {
    auto digits = static_cast<std::uint64_t>(s.source) << 32 | s.sequence;
    for (std::size_t i = stamp_size; i-- > 0; digits >>= 4)
      text_[i] = "0123456789abcdef"[digits & 15];
    return text_;
  }

  /// The stamp of a received payload, or nothing if it is not one that `write` made.
  std::optional<stamp> read(std::string_view received) const {
    if (received.size() != text_.size()
        || received.substr(stamp_size) != std::string_view{text_}.substr(stamp_size))
      return std::nullopt;
    std::uint64_t digits = 0;
    for (char c : received.substr(0, stamp_size)) {
      if (c >= '0' && c <= '9')
        digits = digits << 4 | static_cast<std::uint64_t>(c - '0');
      else if (c >= 'a' && c <= 'f')
        digits = digits << 4 | static_cast<std::uint64_t>(c - 'a' + 10);
      else
        return std::nullopt;
    }
    return stamp{static_cast<std::uint32_t>(digits >> 32), static_cast<std::uint32_t>(digits)};
  }

private:
  static constexpr std::size_t stamp_size = 16;

  std::string text_;
};

} // namespace wamp::bench
