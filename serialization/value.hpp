// The WAMP data model: what a message's dictionaries, and a decoded payload, are made of.
// Spec: "Serializers" (basic profile). Not thread-safe; values own their content.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wamp {

class value;
struct member;

using list = std::vector<value>;

struct null_value {
  bool operator==(const null_value&) const = default;
};

/// Bytes that are not text. In JSON: a string of U+0000 and base64.
struct binary {
  std::string bytes;
  bool operator==(const binary&) const = default;
};

/// String keys with values, in insertion order; keys are unique. Made for the handful of
/// entries that WAMP's dictionaries have: look-up is a linear scan.
class dict {
public:
  // Defined below, where `member` is complete.
  dict() noexcept;
  dict(std::initializer_list<member> members);
  dict(const dict&);
  dict(dict&&) noexcept;
  dict& operator=(const dict&);
  dict& operator=(dict&&) noexcept;
  ~dict();

  /// The value at `key`, or nullptr.
  const value* find(std::string_view key) const noexcept;
  value* find(std::string_view key) noexcept;
  bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }

  /// Sets `key`, replacing what is there.
  void set(std::string key, value v);
  /// Appends without looking for `key`: for decoders, which check for duplicates themselves.
  /// The reference is valid until the next change of this dictionary.
  value& append(std::string key, value v);
  bool erase(std::string_view key);

  bool empty() const noexcept;
  std::size_t size() const noexcept;
  std::vector<member>::const_iterator begin() const noexcept;
  std::vector<member>::const_iterator end() const noexcept;

  /// Same keys with equal values, in any order.
  bool operator==(const dict& other) const;

private:
  std::vector<member> members_;
};

class value {
public:
  value() noexcept = default;
  value(null_value) noexcept {}
  value(std::nullptr_t) noexcept {} ///< or it would be a text
  value(bool b) noexcept : data_(b) {}
  value(double d) noexcept : data_(d) {}
  value(std::string s) noexcept : data_(std::move(s)) {}
  value(std::string_view s) : data_(std::string{s}) {}
  value(const char* s) : data_(std::string{s}) {}
  value(binary b) noexcept : data_(std::move(b)) {}
  value(list l) noexcept : data_(std::move(l)) {}
  value(dict d) noexcept : data_(std::move(d)) {}

  template <std::signed_integral T>
  value(T n) noexcept : data_(static_cast<std::int64_t>(n)) {}

  /// Unsigned numbers are kept as int64 where they fit, so equal numbers are equal values.
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) value(T n)
  noexcept {
    if (static_cast<std::uint64_t>(n) <= static_cast<std::uint64_t>(INT64_MAX))
      data_ = static_cast<std::int64_t>(n);
    else
      data_ = static_cast<std::uint64_t>(n);
  }

  bool is_null() const noexcept { return std::holds_alternative<null_value>(data_); }

  /// The content when it is exactly a T, else nullptr. T: bool, std::int64_t, std::uint64_t
  /// (only numbers above INT64_MAX), double, std::string, binary, list, dict.
  template <class T>
  const T* get_if() const noexcept {
    return std::get_if<T>(&data_);
  }
  template <class T>
  T* get_if() noexcept {
    return std::get_if<T>(&data_);
  }

  const auto& data() const noexcept { return data_; }

  bool operator==(const value&) const = default;

private:
  std::variant<
      null_value, bool, std::int64_t, std::uint64_t, double, std::string, binary, list, dict>
      data_;
};

struct member {
  std::string key;
  wamp::value value;
  bool operator==(const member&) const = default;
};

inline dict::dict() noexcept = default;
inline dict::dict(const dict&) = default;
inline dict::dict(dict&&) noexcept = default;
inline dict& dict::operator=(const dict&) = default;
inline dict& dict::operator=(dict&&) noexcept = default;
inline dict::~dict() = default;

/// The member `key` when present and exactly a T, else nullptr.
template <class T>
const T* find(const dict& d, std::string_view key) noexcept {
  auto v = d.find(key);
  return v ? v->get_if<T>() : nullptr;
}

/// The bool at `key`, or `otherwise`.
inline bool flag(const dict& d, std::string_view key, bool otherwise = false) noexcept {
  auto b = find<bool>(d, key);
  return b ? *b : otherwise;
}

} // namespace wamp
