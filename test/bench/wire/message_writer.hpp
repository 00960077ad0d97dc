#pragma once
// Writes a WAMP message into a buffer, as JSON text or MessagePack. The caller names the size of
// every list and map before its elements, which MessagePack needs and JSON ignores.
// Used by the floor and by the load generator; not thread-safe.

#include <wamp/test/bench/wire/byte_buffer.hpp>
#include <wamp/test/bench/wire/format.hpp>
#include <wamp/test/bench/wire/message_reader.hpp>

#include <charconv>

namespace wamp::bench {

class message_writer {
public:
  message_writer(byte_buffer& out, format f) : out_{out}, format_{f} {}

  /// Up to 15 elements.
  message_writer& list(std::size_t size) { return open('[', 0x90, size); }
  message_writer& end_list() { return close(']'); }

  /// Up to 15 pairs; each key and each value is written by a call of its own.
  message_writer& map(std::size_t size) { return open('{', 0x80, size); }
  message_writer& end_map() { return close('}'); }

  message_writer& empty_map() { return map(0).end_map(); }

  message_writer& number(code c) { return number(static_cast<std::uint64_t>(c)); }

  message_writer& number(std::uint64_t value) {
    separate();
    if (format_ == format::json)
      json_number(value);
    else
      msgpack_number(value);
    return *this;
  }

  /// A string that needs no escaping in JSON, below 64 KiB.
  message_writer& string(std::string_view value) {
    separate();
    if (format_ == format::json) {
      out_.push_back('"');
      out_.append(value);
      out_.push_back('"');
      return *this;
    }
    if (value.size() < 32) {
      octet(0xa0 | value.size());
    } else if (value.size() < 256) {
      octet(0xd9);
      octet(value.size());
    } else {
      octet(0xda);
      big_endian(value.size(), 2);
    }
    out_.append(value);
    return *this;
  }

  /// A key of a map, to be followed by its value.
  message_writer& key(std::string_view name) {
    string(name);
    if (format_ == format::json) {
      out_.push_back(':');
      first_ = true;
    }
    return *this;
  }

  /// Ends the message with all that `from` has not read yet, byte for byte.
  void splice(const message_reader& from) { out_.append(from.rest()); }

private:
  void octet(std::size_t value) { out_.push_back(static_cast<char>(value)); }

  void big_endian(std::uint64_t value, int octets) {
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8)
      octet(value >> shift & 0xff);
  }

  void separate() {
    if (format_ == format::json && !first_)
      out_.push_back(',');
    first_ = false;
  }

  message_writer& open(char bracket, unsigned head, std::size_t size) {
    separate();
    if (format_ == format::json)
      out_.push_back(bracket);
    else
      octet(head | size);
    first_ = true;
    return *this;
  }

  message_writer& close(char bracket) {
    if (format_ == format::json)
      out_.push_back(bracket);
    first_ = false;
    return *this;
  }

  void json_number(std::uint64_t value) {
    char digits[20];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append({digits, static_cast<std::size_t>(end - digits)});
  }

  void msgpack_number(std::uint64_t value) {
    if (value < 0x80) {
      octet(value);
    } else if (value <= 0xff) {
      octet(0xcc);
      big_endian(value, 1);
    } else if (value <= 0xffff) {
      octet(0xcd);
      big_endian(value, 2);
    } else if (value <= 0xffffffff) {
      octet(0xce);
      big_endian(value, 4);
    } else {
      octet(0xcf);
      big_endian(value, 8);
    }
  }

  byte_buffer& out_;
  format format_;
  bool first_ = true;
};

} // namespace wamp::bench
