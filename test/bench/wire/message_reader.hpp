#pragma once
// Reads a WAMP message element by element from its bytes, JSON text or MessagePack, without
// building a tree. It validates no more than it must to stay inside the message: the floor owes
// its speed to that, and the load generator compares payloads octet by octet anyway.
// Used by the floor and by the load generator; not thread-safe; views point into the message.

#include <wamp/test/bench/wire/format.hpp>

#include <bit>
#include <cstring>

namespace wamp::bench {

class message_reader {
public:
  message_reader(std::string_view message, format f)
      : at_{message.data()}, end_{message.data() + message.size()}, format_{f} {
    enter_list();
  }

  /// False once an element was not what the caller asked for, or the message ended early.
  bool good() const { return good_; }

  /// Elements left in the current list; counted for MessagePack only, 0 for JSON.
  std::size_t remaining() const { return remaining_; }

  /// Everything from here to the end of the message. For JSON that includes the separator in
  /// front and the closing bracket behind, which is what a splice needs.
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

  /// A non-negative integer.
  std::uint64_t number() { return format_ == format::json ? json_number() : msgpack_number(); }

  /// A string without escape sequences, as URIs and the bench's own payloads are.
  std::string_view string() { return format_ == format::json ? json_string() : msgpack_string(); }

  /// Steps over one element of any kind and returns its bytes.
  std::string_view skip() {
    if (format_ == format::json)
      return skip_json();
    count_element();
    auto* start = at_;
    for (std::uint64_t pending = 1; pending > 0 && good_; --pending)
      pending += skip_msgpack_head();
    return {start, static_cast<std::size_t>(at_ - start)};
  }

  /// Steps into a list: the next element read is its first one.
  void enter_list() {
    if (format_ == format::json) {
      skip_separators();
      if (at_ < end_ && *at_ == '[')
        ++at_;
      else
        good_ = false;
      return;
    }
    auto head = next();
    if ((head & 0xf0) == 0x90)
      remaining_ = head & 0x0f;
    else if (head == 0xdc)
      remaining_ = big_endian(2);
    else if (head == 0xdd)
      remaining_ = big_endian(4);
    else
      good_ = false;
  }

private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  void fail() {
    good_ = false;
    at_ = end_;
  }

  // JSON

  void skip_separators() {
    while (at_ < end_
           && (*at_ == ',' || *at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
      ++at_;
  }

  std::uint64_t json_number() {
    skip_separators();
    auto* start = at_;
    std::uint64_t value = 0;
    while (at_ < end_ && *at_ >= '0' && *at_ <= '9')
      value = value * 10 + static_cast<std::uint64_t>(*at_++ - '0');
    if (at_ == start)
      fail();
    return value;
  }

  std::string_view json_string() {
    skip_separators();
    if (at_ == end_ || *at_ != '"') {
      fail();
      return {};
    }
    auto* start = ++at_;
    auto* quote = static_cast<const char*>(std::memchr(start, '"', left()));
    if (!quote) {
      fail();
      return {};
    }
    at_ = quote + 1;
    return {start, static_cast<std::size_t>(quote - start)};
  }

  std::string_view skip_json() {
    skip_separators();
    auto* start = at_;
    int depth = 0;
    while (at_ < end_) {
      switch (*at_) {
      case '"':
        skip_json_string();
        break;
      case '{':
      case '[':
        ++depth;
        ++at_;
        break;
      case '}':
      case ']':
        if (depth == 0) // the end of the surrounding list, behind a number or a literal
          return {start, static_cast<std::size_t>(at_ - start)};
        --depth;
        ++at_;
        break;
      case ',':
        if (depth == 0)
          return {start, static_cast<std::size_t>(at_ - start)};
        ++at_;
        break;
      default:
        ++at_;
        continue; // a number or a literal ends at what follows it
      }
      if (depth == 0)
        break;
    }
    return {start, static_cast<std::size_t>(at_ - start)};
  }

  void skip_json_string() {
    ++at_;
    while (at_ < end_ && *at_ != '"')
      at_ += (*at_ == '\\' && left() > 1) ? 2 : 1;
    if (at_ < end_)
      ++at_;
    else
      fail();
  }

  // MessagePack

  void count_element() {
    if (remaining_ > 0)
      --remaining_;
    else
      fail();
  }

  unsigned next() {
    if (at_ == end_) {
      fail();
      return 0xc1; // the one octet that MessagePack never uses
    }
    return static_cast<unsigned char>(*at_++);
  }

  std::uint64_t big_endian(std::size_t octets) {
    if (left() < octets) {
      fail();
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < octets; ++i)
      value = value << 8 | static_cast<unsigned char>(at_[i]);
    at_ += octets;
    return value;
  }

  void step(std::uint64_t octets) {
    if (octets > left())
      fail();
    else
      at_ += octets;
  }

  std::uint64_t msgpack_number() {
    count_element();
    auto head = next();
    if (head < 0x80)
      return head;
    switch (head) {
    case 0xcc:
    case 0xd0:
      return big_endian(1);
    case 0xcd:
    case 0xd1:
      return big_endian(2);
    case 0xce:
    case 0xd2:
      return big_endian(4);
    case 0xcf:
    case 0xd3:
      return big_endian(8);
    case 0xcb: // some routers know no integer wider than 32 bits
      return static_cast<std::uint64_t>(std::bit_cast<double>(big_endian(8)));
    default:
      fail();
      return 0;
    }
  }

  std::string_view msgpack_string() {
    count_element();
    auto head = next();
    std::uint64_t size = 0;
    if ((head & 0xe0) == 0xa0)
      size = head & 0x1f;
    else if (head == 0xd9)
      size = big_endian(1);
    else if (head == 0xda)
      size = big_endian(2);
    else if (head == 0xdb)
      size = big_endian(4);
    else
      fail();
    auto* start = at_;
    step(size);
    return good_ ? std::string_view{start, static_cast<std::size_t>(size)} : std::string_view{};
  }

  /// Consumes a scalar, or the head of a container; returns how many elements that one holds.
  std::uint64_t skip_msgpack_head() {
    auto head = next();
    if (head < 0x80 || head >= 0xe0)
      return 0;
    if (head < 0x90)
      return 2 * (head & 0x0f);
    if (head < 0xa0)
      return head & 0x0f;
    if (head < 0xc0)
      return step(head & 0x1f), 0;
    switch (head) {
    case 0xc0: // nil, false, true
    case 0xc2:
    case 0xc3:
      return 0;
    case 0xc4: // bin and str, by the width of their length
    case 0xd9:
      return step(big_endian(1)), 0;
    case 0xc5:
    case 0xda:
      return step(big_endian(2)), 0;
    case 0xc6:
    case 0xdb:
      return step(big_endian(4)), 0;
    case 0xca:
      return step(4), 0;
    case 0xcb:
      return step(8), 0;
    case 0xdc: // arrays and maps, by the width of their count
      return big_endian(2);
    case 0xdd:
      return big_endian(4);
    case 0xde:
      return 2 * big_endian(2);
    case 0xdf:
      return 2 * big_endian(4);
    default:
      if (head >= 0xcc && head <= 0xcf) // unsigned integers of 1, 2, 4 and 8 octets
        return step(1u << (head - 0xcc)), 0;
      if (head >= 0xd0 && head <= 0xd3) // signed ones
        return step(1u << (head - 0xd0)), 0;
      return fail(), 0;
    }
  }

  const char* at_;
  const char* end_;
  std::size_t remaining_ = 0;
  format format_;
  bool good_ = true;
};

} // namespace wamp::bench
