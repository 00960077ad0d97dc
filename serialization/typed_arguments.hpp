// A message's arguments from C++ values, and back. Callers make payloads of calls and events with
// it, and read the arguments of results and events.
// Spec: "Application Payload": a list of positional arguments, a dictionary of keyword arguments.
// Pure functions; any thread.
//
//   make_payload(1, "two", kwargs{{"three", 3.0}})
//   arguments_as<int, std::string, kwargs>(payload.values())
#pragma once

#include <wamp/serialization/conversion_error.hpp>
#include <wamp/serialization/converter.hpp>
#include <wamp/serialization/payload.hpp>

#include <tl/expected.hpp>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace wamp {

/// Keyword arguments. As the last argument of make_payload, or the last parameter of a handler,
/// it stands for the dictionary instead of one more positional argument.
struct kwargs {
  /// One keyword argument, of any type that converts.
  struct entry {
    template <class T>
    entry(std::string name, const T& x) : key(std::move(name)), content(to_value(x)) {}
    std::string key;
    value content;
  };

  dict values;

  kwargs() = default;
  /// kwargs{{"limit", 10}, {"names", std::vector{"a", "b"}}}; the last of equal keys counts.
  kwargs(std::initializer_list<entry> entries) {
    for (const auto& e : entries)
      values.set(e.key, e.content);
  }
  explicit kwargs(dict d) noexcept : values(std::move(d)) {}

  /// The members of a struct with WAMP_STRUCT, or the entries of a map, as keyword arguments.
  template <class T>
  static kwargs from(const T& x) {
    require_dictionary<T>();
    return kwargs{std::move(*to_value(x).template get_if<dict>())};
  }

  /// The reverse. Keys that the struct does not name are ignored.
  template <class T>
  tl::expected<T, conversion_error> as() const {
    require_dictionary<T>();
    return from_value<T>(values);
  }

  bool operator==(const kwargs&) const = default;

private:
  template <class T>
  static constexpr void require_dictionary() {
    static_assert(
        std::same_as<T, dict> || kind_of<T>() == conversion_kind::members
            || kind_of<T>() == conversion_kind::map,
        "wamp: keyword arguments are a struct with WAMP_STRUCT, or a map of std::string");
  }
};

/// Internal: how many of the types are positional, as a kwargs may come last.
template <class... Ts>
consteval std::size_t positional_count() {
  constexpr std::size_t keyword_count = (std::size_t{std::same_as<Ts, kwargs>} + ... + 0);
  if constexpr (keyword_count > 0) {
    static_assert(
        keyword_count == 1
            && std::same_as<std::tuple_element_t<sizeof...(Ts) - 1, std::tuple<Ts...>>, kwargs>,
        "wamp: there is one wamp::kwargs at most, and it comes last");
  }
  return sizeof...(Ts) - keyword_count;
}

/// Internal: how many of the first `count` types are there in every case. Optionals at the end may
/// be missing.
template <class... Ts>
consteval std::size_t required_count(std::size_t count) {
  std::size_t i = 0, required = 0;
  ((++i, required = !is_optional<Ts> && i <= count ? i : required), ...);
  return required;
}

/// Internal: whether there are so many positional arguments.
conversion_result require_count(const list& args, std::size_t least, std::size_t most);

/// Each of `xs` as one positional argument; a kwargs at the end as the keyword arguments.
template <class... Ts>
arguments make_arguments(Ts&&... xs) {
  arguments made;
  made.args.reserve(positional_count<std::remove_cvref_t<Ts>...>());
  [[maybe_unused]] const auto add = [&]<class T>(T&& x) {
    if constexpr (std::same_as<std::remove_cvref_t<T>, kwargs>)
      made.kwargs = std::forward<T>(x).values;
    else
      made.args.push_back(to_value(std::forward<T>(x)));
  };
  (add(std::forward<Ts>(xs)), ...);
  return made;
}

/// The same as a payload, to be sent in any format.
template <class... Ts>
payload make_payload(Ts&&... xs) {
  return payload::native(make_arguments(std::forward<Ts>(xs)...));
}

/// The positional arguments as these types, exactly as many; but for std::optional at the end,
/// which may be missing or null. A kwargs as the last type takes the keyword arguments, which are
/// ignored otherwise. Errors have paths such as "[0].name[3]".
template <class... Ts>
tl::expected<std::tuple<Ts...>, conversion_error> arguments_as(const arguments& from) {
  constexpr auto count = positional_count<Ts...>();
  std::tuple<Ts...> to{blank<Ts>()...};
  auto done = require_count(from.args, required_count<Ts...>(count), count);
  if (done)
    done = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return read_each(from.args, std::get<I>(to)...);
    }
  (std::make_index_sequence<count>{});
  if (!done)
    return tl::unexpected{std::move(done.error())};
  if constexpr (count + 1 == sizeof...(Ts))
    std::get<count>(to).values = from.kwargs;
  return to;
}

} // namespace wamp
