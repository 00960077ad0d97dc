#include <wamp/serialization/conversion_error.hpp>
#include <wamp/serialization/value_path.hpp>

#include <array>
#include <charconv>
#include <type_traits>
#include <utility>

namespace wamp {

namespace {

template <class Number>
std::string in_digits(Number n) {
  constexpr std::size_t enough = 32;
  std::array<char, enough> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), n).ptr;
  return {text.data(), end};
}

std::string description(const value& v) {
  return std::visit(
      []<class T>(const T& x) -> std::string {
        if constexpr (std::is_same_v<T, null_value>)
          return "null";
        else if constexpr (std::is_same_v<T, bool>)
          return x ? "true" : "false";
        else if constexpr (std::is_arithmetic_v<T>)
          return in_digits(x);
        else if constexpr (std::is_same_v<T, std::string>)
          return quoted(x);
        else if constexpr (std::is_same_v<T, binary>)
          return "binary of " + in_digits(x.bytes.size())
                 + (x.bytes.size() == 1 ? " byte" : " bytes");
        else if constexpr (std::is_same_v<T, list>)
          return "a list of " + in_digits(x.size());
        else
          return "a dictionary of " + in_digits(x.size());
      },
      v.data());
}

conversion_result before_path(path_step step, conversion_result part) {
  if (!part)
    part.error().path.insert(0, to_string(value_path{std::move(step)}));
  return part;
}

} // namespace

std::string conversion_error::to_string() const {
  auto text = "expected " + expected + ", found " + found;
  return path.empty() ? text : text + ", in " + path;
}

tl::unexpected<conversion_error> expected_but_found(std::string expected, const value& found) {
  return tl::unexpected{conversion_error{std::move(expected), description(found), {}}};
}

conversion_result within(std::size_t index, conversion_result part) {
  return part ? part : before_path(index, std::move(part));
}

conversion_result within(std::string_view key, conversion_result part) {
  return part ? part : before_path(std::string{key}, std::move(part));
}

} // namespace wamp
