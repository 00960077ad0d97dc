// Helpers of this room's tests: bytes as hex, values as bytes, messages compared and described.
#pragma once

#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/message_fields.hpp>

#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace wamp::testing {

inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (char c : hex) {
    if (c == ' ')
      continue;
    digits += c;
    if (digits.size() == 2) {
      bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
      digits.clear();
    }
  }
  return bytes;
}

inline std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (char c : bytes) {
    hex += digits[static_cast<unsigned char>(c) >> 4];
    hex += digits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

/// Any list of values as the bytes of a message, right or wrong.
inline slice wire(format f, list elements) {
  if (elements.empty())
    return slice{f == format::json ? "[]" : from_hex(f == format::msgpack ? "90" : "80")};
  return payload::native({std::move(elements), {}}).bytes(f);
}

inline message decoded(format f, const slice& bytes, const decode_limits& limits = {}) {
  auto m = decode(f, bytes, limits);
  if (!m)
    throw std::runtime_error{m.error().to_string()};
  return *m;
}

template <class Message>
Message decoded_as(format f, const slice& bytes, const decode_limits& limits = {}) {
  return std::get<Message>(decoded(f, bytes, limits));
}

inline decode_error error_of(format f, const slice& bytes, const decode_limits& limits = {}) {
  auto m = decode(f, bytes, limits);
  if (m)
    throw std::runtime_error{"decoded: " + encode(format::json, *m)};
  return m.error();
}

/// The error's description: text, offset and path in one string.
inline std::string complaint(format f, std::string_view bytes, const decode_limits& limits = {}) {
  return error_of(f, slice{std::string{bytes}}, limits).to_string();
}

/// Equal, where NaN is NaN: numbers that are none compare unequal by themselves.
inline bool same(const value& a, const value& b);

inline bool same(const dict& a, const dict& b) {
  if (a.size() != b.size())
    return false;
  for (const auto& m : a) {
    auto other = b.find(m.key);
    if (!other || !same(m.value, *other))
      return false;
  }
  return true;
}

inline bool same(const list& a, const list& b) {
  if (a.size() != b.size())
    return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i]))
      return false;
  return true;
}

inline bool same(const value& a, const value& b) {
  if (a.data().index() != b.data().index())
    return false;
  if (auto l = a.get_if<list>())
    return same(*l, *b.get_if<list>());
  if (auto d = a.get_if<dict>())
    return same(*d, *b.get_if<dict>());
  if (auto x = a.get_if<double>(); x && std::isnan(*x))
    return std::isnan(*b.get_if<double>());
  return a == b;
}

inline bool same(const payload& a, const payload& b) {
  return same(a.values().args, b.values().args) && same(a.values().kwargs, b.values().kwargs);
}

template <class T>
bool same(const T& a, const T& b) {
  return a == b;
}

template <class Message>
bool same_fields(const Message& a, const Message& b) {
  const auto mine = fields_of(a), theirs = fields_of(b);
  bool equal = [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (same(std::get<I>(mine), std::get<I>(theirs)) && ...);
  }
  (std::make_index_sequence<std::tuple_size_v<std::remove_const_t<decltype(mine)>>>{});
  if constexpr (has_revocation_form<Message>)
    equal = equal && same(a.details, b.details);
  if constexpr (has_payload<Message>)
    equal = equal && same(a.args, b.args);
  return equal;
}

inline bool same(const message& a, const message& b) {
  return a.index() == b.index()
         && std::visit(
             [&]<class M>(const M& mine) { return same_fields(mine, std::get<M>(b)); }, a);
}

inline std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in)
    throw std::runtime_error{"cannot read " + path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace wamp::testing
