#include <wamp/serialization/converter.hpp>

#include <cmath>
#include <limits>
#include <utility>

namespace wamp {

namespace {

// The bounds of the integers as doubles. One past the highest, which is a power of two; the
// highest itself is none that a double holds.
constexpr double lowest_signed = -0x1p63;
constexpr double past_signed = 0x1p63;
constexpr double past_unsigned = 0x1p64;

conversion_result
outside_range(const std::string& lowest, const std::string& highest, const value& v) {
  return expected_but_found("an integer from " + lowest + " to " + highest, v);
}

/// Any integer that is exactly `v`.
std::optional<std::int64_t> as_signed(const value& v) {
  if (auto n = v.get_if<std::int64_t>())
    return *n;
  auto d = v.get_if<double>();
  if (d && *d >= lowest_signed && *d < past_signed && *d == std::trunc(*d))
    return static_cast<std::int64_t>(*d);
  return {};
}

std::optional<std::uint64_t> as_unsigned(const value& v) {
  if (auto n = v.get_if<std::uint64_t>())
    return *n;
  if (auto n = as_signed(v))
    return *n >= 0 ? std::optional{static_cast<std::uint64_t>(*n)} : std::nullopt;
  auto d = v.get_if<double>();
  if (d && *d >= past_signed && *d < past_unsigned)
    return static_cast<std::uint64_t>(*d);
  return {};
}

/// `n` in a floating-point type, where nothing is lost. (Back in an integer type, a number that
/// was rounded up to past the highest would not be defined.)
template <class Real, class Integer>
bool is_exact(Integer n, double past) {
  const auto real = static_cast<Real>(n);
  return static_cast<double>(real) < past && static_cast<Integer>(real) == n;
}

template <class Real>
conversion_result read_real_as(const value& v, Real& to, const char* name) {
  if (auto d = v.get_if<double>()) {
    if (std::isfinite(*d) && std::abs(*d) > std::numeric_limits<Real>::max())
      return expected_but_found(std::string{"a number in the range of a "} + name, v);
    to = static_cast<Real>(*d);
    return {};
  }
  if (auto n = v.get_if<std::int64_t>(); n && is_exact<Real>(*n, past_signed))
    to = static_cast<Real>(*n);
  else if (auto u = v.get_if<std::uint64_t>(); u && is_exact<Real>(*u, past_unsigned))
    to = static_cast<Real>(*u);
  else if (n || u)
    return expected_but_found(std::string{"an integer that a "} + name + " holds exactly", v);
  else
    return expected_but_found("a number", v);
  return {};
}

} // namespace

conversion_result
read_signed(const value& v, std::int64_t lowest, std::int64_t highest, std::int64_t& to) {
  const auto n = as_signed(v);
  if (!n || *n < lowest || *n > highest)
    return outside_range(std::to_string(lowest), std::to_string(highest), v);
  to = *n;
  return {};
}

conversion_result read_unsigned(const value& v, std::uint64_t highest, std::uint64_t& to) {
  const auto n = as_unsigned(v);
  if (!n || *n > highest)
    return outside_range("0", std::to_string(highest), v);
  to = *n;
  return {};
}

conversion_result read_real(const value& v, float& to) {
  return read_real_as(v, to, "float");
}

conversion_result read_real(const value& v, double& to) {
  return read_real_as(v, to, "double");
}

conversion_result require_length(const value& v, std::size_t length) {
  auto items = v.get_if<list>();
  if (!items || items->size() != length)
    return expected_but_found("a list of " + std::to_string(length), v);
  return {};
}

conversion_result require_binary(const value& v, std::optional<std::size_t> length) {
  auto blob = v.get_if<binary>();
  if (!blob || (length && blob->bytes.size() != *length))
    return expected_but_found(
        length ? "binary of " + std::to_string(*length) + (*length == 1 ? " byte" : " bytes")
               : "binary",
        v);
  return {};
}

void failed_alternatives::add(conversion_error e) {
  if (!e.path.empty()) {
    if (!deeper_)
      deeper_ = std::move(e);
  } else
    expected_ += (expected_.empty() ? "" : ", or ") + e.expected;
}

conversion_result failed_alternatives::result(const value& found) && {
  if (deeper_)
    return tl::unexpected{std::move(*deeper_)};
  return expected_but_found(std::move(expected_), found);
}

void member_reader::miss(const char* name) {
  result_ = tl::unexpected{conversion_error{"a key \"" + std::string{name} + "\"", "none", {}}};
}

const list* inspecting_reader::open(std::size_t size) {
  result_ = require_length(from_, size);
  return result_ ? from_.get_if<list>() : nullptr;
}

} // namespace wamp
