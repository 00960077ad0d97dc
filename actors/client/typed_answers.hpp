// What came over WAMP as C++ values: results and events, whichever way one got hold of them.
//
//   int n = wamp::as<int>(co_await c.call("com.myapp.count"));
//   auto [a, b] = wamp::as<std::tuple<int, std::string>>(some_event);
#pragma once

#include <wamp/actors/client/wamp_error.hpp>
#include <wamp/serialization/convert.hpp>
#include <wamp/serialization/uris.hpp>

#include <tl/expected.hpp>

#include <concepts>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

namespace wamp {

/// Arguments as a T: the only positional one, or all of them as a std::tuple or as `arguments`.
/// Throws wamp_error with invalid_argument if they are something else.
template <class T>
T as(const payload& from) {
  const auto& in = from.values();
  const auto fail = [](const conversion_error& e) {
    return wamp_error{std::string{uris::invalid_argument}, {e.to_string()}};
  };
  if constexpr (std::same_as<T, arguments>) {
    return in;
  } else if constexpr (is_a<T, std::tuple>) {
    auto all = []<class... Ts>(std::type_identity<std::tuple<Ts...>>, const arguments& a) {
      return arguments_as<Ts...>(a);
    }(std::type_identity<T>{}, in);
    if (!all)
      throw fail(all.error());
    return std::move(*all);
  } else {
    auto one = arguments_as<T>(in);
    if (!one)
      throw fail(one.error());
    return std::get<0>(std::move(*one));
  }
}

template <class T, class Message>
requires requires(const Message& m) {
  m.args;
}
T as(const Message& m) {
  return as<T>(m.args);
}

/// The same for what may be an ERROR instead, which is thrown.
template <class T, class Message>
T as(const tl::expected<Message, error>& answer) {
  if (!answer)
    throw wamp_error{answer.error()};
  return as<T>(*answer);
}

/// The same for one of a stream: nothing behind the last.
template <class T, class Message>
std::optional<T> as(const tl::expected<std::optional<Message>, error>& answer) {
  if (!answer)
    throw wamp_error{answer.error()};
  if (!*answer)
    return std::nullopt;
  return as<T>(**answer);
}

} // namespace wamp
