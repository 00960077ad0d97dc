// The writers of the three formats, with one set of operations, so that each message and each
// value is spelt out once (see `encoding.hpp`). Internal to this room: only their .cpp files
// know RapidJSON, msgpack-c and libcbor. Each appends to a string that it does not own.
// Strings that are not UTF-8 are repaired. Spec: "Serializers" (basic profile).
#pragma once

#include <wamp/serialization/format.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wamp {

class json_writer {
public:
  static constexpr auto format = wamp::format::json;

  explicit json_writer(std::string& out) noexcept : out_(out) {}

  void null();
  void boolean(bool b);
  void integer(std::int64_t n);
  void natural(std::uint64_t n);
  /// Infinities and NaN become null.
  void real(double d);
  void text(std::string_view s);
  void bytes(std::string_view b);
  void begin_list(std::size_t size);
  void end_list();
  void begin_dict(std::size_t size);
  void key(std::string_view k);
  void end_dict();
  /// Elements that are already encoded, with commas between them.
  void splice(std::string_view encoded);

private:
  void separate();

  std::string& out_;
  bool needs_comma_ = false;
};

class msgpack_writer {
public:
  static constexpr auto format = wamp::format::msgpack;

  explicit msgpack_writer(std::string& out) noexcept : out_(out) {}

  void null();
  void boolean(bool b);
  void integer(std::int64_t n);
  void natural(std::uint64_t n);
  void real(double d);
  void text(std::string_view s);
  void bytes(std::string_view b);
  void begin_list(std::size_t size);
  void end_list() {}
  void begin_dict(std::size_t size);
  void key(std::string_view k) { text(k); }
  void end_dict() {}
  void splice(std::string_view encoded) { out_ += encoded; }

private:
  std::string& out_;
};

class cbor_writer {
public:
  static constexpr auto format = wamp::format::cbor;

  explicit cbor_writer(std::string& out) noexcept : out_(out) {}

  void null();
  void boolean(bool b);
  void integer(std::int64_t n);
  void natural(std::uint64_t n);
  void real(double d);
  void text(std::string_view s);
  void bytes(std::string_view b);
  void begin_list(std::size_t size);
  void end_list() {}
  void begin_dict(std::size_t size);
  void key(std::string_view k) { text(k); }
  void end_dict() {}
  void splice(std::string_view encoded) { out_ += encoded; }

private:
  std::string& out_;
};

} // namespace wamp
