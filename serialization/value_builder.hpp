// Builds values out of parse events. Internal to this room: the message builder uses it for the
// dictionaries of a message, the payload for arguments that somebody opens.
#pragma once

#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/value.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// What to do with keys that WAMP does not have in a message's dictionaries.
enum class key_rules {
  strict, ///< duplicates and numbers as keys are errors
  lax,    ///< the last duplicate wins, numbers become their decimal text
};

/// Takes the events of one value. Every event returns false on an error, told by `error()`.
class value_builder {
public:
  static constexpr bool wants_offsets = false;

  /// A value takes up to forty times the memory of its bytes: `max_values` bounds that.
  explicit value_builder(key_rules rules, std::size_t max_values = SIZE_MAX) noexcept
      : rules_(rules), max_values_(max_values) {}
  value_builder(const value_builder&) = delete;
  value_builder& operator=(const value_builder&) = delete;

  bool null() { return add(value{}); }
  bool boolean(bool b) { return add(value{b}); }
  bool integer(std::int64_t n) { return add(value{n}); }
  bool natural(std::uint64_t n) { return add(value{n}); }
  bool real(double d) { return add(value{d}); }
  bool text(std::string_view s) { return add(value{s}); }
  bool bytes(std::string_view b) { return add(value{binary{std::string{b}}}); }
  /// A JSON string that begins with U+0000: bytes if the rest is base64, else a string.
  bool nul_text(std::string_view s);
  bool begin_list(std::size_t = 0) { return open(value{list{}}); }
  bool begin_dict(std::size_t = 0) { return open(value{dict{}}); }
  bool end_list(bool = false);
  bool end_dict(bool = false);
  bool key(std::string_view k);
  bool integer_key(std::int64_t k);
  bool natural_key(std::uint64_t k);
  bool fail(const char* text) noexcept;

  bool skips() const noexcept { return false; }
  bool at_element() const noexcept { return false; }
  void element_ends(std::size_t) noexcept {}

  const char* error() const noexcept { return error_; }
  value& result() noexcept { return root_; }

private:
  bool add(value&& v) { return place(std::move(v)) != nullptr; }
  bool open(value&& v);
  value* place(value&& v);

  key_rules rules_;
  std::size_t max_values_;
  std::size_t count_ = 0;
  const char* error_ = nullptr;
  value root_;
  std::string key_;
  std::size_t depth_ = 0;
  // The open containers. Only the innermost one changes, so the others stay where they are.
  // Deliberately without an initialiser: clearing 8 KB would cost more than most messages.
  std::array<value*, depth_ceiling> open_;
};

/// "\u0000" and base64, the form of bytes in JSON: the bytes, or nothing.
std::optional<std::string> bytes_of_nul_text(std::string_view s);

} // namespace wamp
