// C++ types <-> the WAMP data model: to_value, from_value, and the converter that users specialise
// for a type of their own. Clients convert the arguments and results of typed handlers with it.
// Spec: "Serializers" (basic profile), the data model.
// Pure functions; any thread.
//
//   C++                                       WAMP
//   bool                                      bool
//   integers, enums (as their integer)        integer; reading checks the range of the type,
//                                               not whether an enumerator has this value
//   float, double                             float
//   std::string; when writing also            string
//     const char*, std::string_view
//   binary; std::byte in a vector or array    binary
//   value, list, dict                         as they are
//   null_value, std::monostate, nullptr       null
//   std::optional<T>                          null, or as T
//   std::vector, deque, set ... of T          list; a set drops what is there twice
//   std::array<T, N>, tuple, pair             list of exactly this length
//   std::map, unordered_map of std::string    dict
//   std::variant<Ts...>                       as the alternative; reading takes the first that fits
//   structs with WAMP_STRUCT                  dict, see struct_members.hpp
//   structs with CAF's inspect()              list of the members, see inspected.hpp
//
// Numbers: reading takes an integer for a floating-point type, and a whole float for an integer
// type, if nothing is lost; a float type rounds a double. In a variant that has both, each stays
// what it is. Other types never turn into each other.
#pragma once

#include <wamp/serialization/conversion_error.hpp>
#include <wamp/serialization/inspected.hpp>
#include <wamp/serialization/struct_members.hpp>
#include <wamp/serialization/value.hpp>

#include <tl/expected.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace wamp {

/// How a C++ type converts. Internal.
enum class conversion_kind {
  unsupported,
  any,   ///< `value` itself
  as_is, ///< what a value can hold: bool, std::string, binary, list, dict
  null,
  integer,
  real,
  enumeration,
  text_view, ///< can be written; nothing would own what is read
  bytes,     ///< a container of std::byte
  optional,
  sequence,
  set,
  map,
  array,
  tuple,
  variant,
  members,
  inspected,
};

template <class T, template <class...> class Of>
inline constexpr bool is_a = false;
template <class... Ts, template <class...> class Of>
inline constexpr bool is_a<Of<Ts...>, Of> = true;

template <class T>
inline constexpr bool is_std_array = false;
template <class T, std::size_t N>
inline constexpr bool is_std_array<std::array<T, N>> = true;

template <class T, class... Others>
concept any_of = (std::same_as<T, Others> || ...);

/// Characters are no numbers and no texts: which of the two is meant, only the user can say.
template <class T>
concept character = any_of<T, char, wchar_t, char8_t, char16_t, char32_t>;

template <class T>
concept has_elements = requires(T& to, const T& from, typename T::value_type item) {
  to.clear();
  from.begin();
  from.end();
};
template <class T>
concept appendable = has_elements<T> && requires(T& to, typename T::value_type item) {
  to.push_back(std::move(item));
};
/// A set has keys that are its values, a map has keys with others. Told by their shape, so that
/// not every user of this header pays for <set>, <map> and <unordered_map>.
template <class T>
concept insertable = has_elements<T> && std::same_as<typename T::key_type, typename T::value_type>;
template <class T>
concept text_map = has_elements<T> && std::same_as<typename T::key_type, std::string> && requires {
  typename T::mapped_type;
};

template <class T>
consteval conversion_kind kind_of_class() {
  if constexpr (std::same_as<T, value>)
    return conversion_kind::any;
  else if constexpr (any_of<T, null_value, std::monostate>)
    return conversion_kind::null;
  else if constexpr (any_of<T, std::string, binary, list, dict>)
    return conversion_kind::as_is;
  else if constexpr (std::same_as<T, std::string_view>)
    return conversion_kind::text_view;
  else if constexpr (is_optional<T>)
    return conversion_kind::optional;
  else if constexpr (is_a<T, std::tuple> || is_a<T, std::pair>)
    return conversion_kind::tuple;
  else if constexpr (is_a<T, std::variant>)
    return conversion_kind::variant;
  else if constexpr (struct_with_members<T>)
    return conversion_kind::members;
  else if constexpr (is_std_array<T> || appendable<T>) {
    if constexpr (std::same_as<typename T::value_type, std::byte>)
      return conversion_kind::bytes;
    else
      return is_std_array<T> ? conversion_kind::array : conversion_kind::sequence;
  } else if constexpr (insertable<T>)
    return conversion_kind::set;
  else if constexpr (text_map<T>)
    return conversion_kind::map;
  else if constexpr (inspectable<T>)
    return conversion_kind::inspected;
  else
    return conversion_kind::unsupported;
}

template <class T>
consteval conversion_kind kind_of() {
  if constexpr (std::is_class_v<T>)
    return kind_of_class<T>();
  else if constexpr (std::same_as<T, bool>)
    return conversion_kind::as_is;
  else if constexpr (std::integral<T> && !character<T>)
    return conversion_kind::integer;
  else if constexpr (any_of<T, float, double>)
    return conversion_kind::real;
  else if constexpr (std::is_enum_v<T>)
    return conversion_kind::enumeration;
  else if constexpr (std::same_as<T, std::nullptr_t>)
    return conversion_kind::null;
  else if constexpr (any_of<std::decay_t<T>, const char*, char*>)
    return conversion_kind::text_view;
  else
    return conversion_kind::unsupported;
}

// What does not depend on the C++ type, once for all of them. Internal.
conversion_result
read_signed(const value& v, std::int64_t lowest, std::int64_t highest, std::int64_t& to);
conversion_result read_unsigned(const value& v, std::uint64_t highest, std::uint64_t& to);
conversion_result read_real(const value& v, float& to);
conversion_result read_real(const value& v, double& to);
/// A list of exactly this length.
conversion_result require_length(const value& v, std::size_t length);
/// Binary, of exactly this length if one is given.
conversion_result require_binary(const value& v, std::optional<std::size_t> length = {});

/// The errors of a variant's alternatives, as one: the type that was nearly right has the word.
class failed_alternatives {
public:
  void add(conversion_error e);
  conversion_result result(const value& found) &&;

private:
  std::string expected_;
  std::optional<conversion_error> deeper_;
};

template <class T>
constexpr const char* name_of_model_type() {
  if constexpr (std::same_as<T, bool>)
    return "a bool";
  else if constexpr (std::same_as<T, std::string>)
    return "a string";
  else if constexpr (std::same_as<T, binary>)
    return "binary";
  else
    return std::same_as<T, list> ? "a list" : "a dictionary";
}

template <class T>
struct enum_integer_of : std::underlying_type<T> {};
/// An enum's characters are numbers: nobody writes text with them.
template <class T>
requires character<std::underlying_type_t<T>>
struct enum_integer_of<T>
    : std::conditional_t<
          std::is_signed_v<std::underlying_type_t<T>>, std::make_signed<std::underlying_type_t<T>>,
          std::make_unsigned<std::underlying_type_t<T>>> {
};
template <class T>
using enum_integer = typename enum_integer_of<T>::type;

/// How a T converts. Users specialise it for types of their own, with these two functions:
///   template <> struct wamp::converter<day> {
///     static wamp::value to_value(const day& d) { return d.text(); }
///     static wamp::conversion_result from_value(const wamp::value& v, day& to) {
///       auto text = v.get_if<std::string>();
///       if (!text || !to.parse(*text))
///         return wamp::expected_but_found("a date such as 2024-02-29", v);
///       return {};
///     }
///   };
/// After an error, `to` has some valid state. A T must have a default constructor to be read.
template <class T>
struct converter {
  static value to_value(const T& from);
  static conversion_result from_value(const value& from, T& to);
};

/// What is read must first be there.
template <class T>
T blank() {
  static_assert(
      std::is_default_constructible_v<T>,
      "wamp: a type that is read from a value needs a default constructor");
  return T{};
}

/// `x` as a value. Never fails: a null `const char*` is null.
template <class T>
value to_value(const T& x) {
  return converter<T>::to_value(x);
}
// Nothing is copied of what is given away.
inline value to_value(value&& x) {
  return std::move(x);
}
inline value to_value(std::string&& x) {
  return std::move(x);
}
inline value to_value(binary&& x) {
  return std::move(x);
}
inline value to_value(list&& x) {
  return std::move(x);
}
inline value to_value(dict&& x) {
  return std::move(x);
}

/// `v` as a T, which owns its content.
template <class T>
tl::expected<T, conversion_error> from_value(const value& v) {
  auto x = blank<T>();
  if (auto done = converter<T>::from_value(v, x); !done)
    return tl::unexpected{std::move(done.error())};
  return x;
}

// How containers convert. Internal.

template <class T>
list write_elements(const T& from) {
  list to;
  if constexpr (requires { from.size(); })
    to.reserve(from.size());
  // A vector<bool> has no bool to refer to.
  for (const typename T::value_type& item : from)
    to.push_back(converter<typename T::value_type>::to_value(item));
  return to;
}

template <class T>
conversion_result read_elements(const value& v, T& to) {
  using element = typename T::value_type;
  auto items = v.get_if<list>();
  if (!items)
    return expected_but_found("a list", v);
  to.clear();
  if constexpr (requires { to.reserve(items->size()); })
    to.reserve(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto item = blank<element>();
    if (auto done = converter<element>::from_value((*items)[i], item); !done)
      return within(i, std::move(done));
    if constexpr (appendable<T>)
      to.push_back(std::move(item));
    else
      to.insert(std::move(item));
  }
  return {};
}

template <class T>
dict write_entries(const T& from) {
  dict to;
  for (const auto& [key, item] : from)
    to.append(key, converter<typename T::mapped_type>::to_value(item));
  return to;
}

template <class T>
conversion_result read_entries(const value& v, T& to) {
  using element = typename T::mapped_type;
  auto entries = v.get_if<dict>();
  if (!entries)
    return expected_but_found("a dictionary", v);
  to.clear();
  for (const auto& entry : *entries) {
    auto item = blank<element>();
    if (auto done = converter<element>::from_value(entry.value, item); !done)
      return within(entry.key, std::move(done));
    to.emplace(entry.key, std::move(item));
  }
  return {};
}

template <class T>
conversion_result read_array(const value& v, T& to) {
  auto done = require_length(v, to.size());
  for (std::size_t i = 0; done && i < to.size(); ++i)
    done = within(i, converter<typename T::value_type>::from_value((*v.get_if<list>())[i], to[i]));
  return done;
}

/// Each item into its variable; stops at the first that is not right. The caller has checked the
/// length: only optionals may be missing at the end.
template <class... Ts>
conversion_result read_each(const list& items, Ts&... to) {
  conversion_result done;
  std::size_t i = 0;
  [[maybe_unused]] const auto take = [&]<class T>(T& x) {
    if (i < items.size())
      done = within(i, converter<T>::from_value(items[i], x));
    else if constexpr (is_optional<T>)
      x.reset();
    ++i;
    return done.has_value();
  };
  (void)(take(to) && ...);
  return done;
}

template <class T>
conversion_result read_bytes(const value& v, T& to) {
  if constexpr (is_std_array<T>) {
    if (auto done = require_binary(v, to.size()); !done)
      return done;
  } else {
    if (auto done = require_binary(v); !done)
      return done;
    to.resize(v.get_if<binary>()->bytes.size());
  }
  auto next = to.begin();
  for (char c : v.get_if<binary>()->bytes)
    *next++ = static_cast<std::byte>(c);
  return {};
}

template <class T>
conversion_result read_tuple(const value& v, T& to) {
  if (auto done = require_length(v, std::tuple_size_v<T>); !done)
    return done;
  return std::apply([&](auto&... x) { return read_each(*v.get_if<list>(), x...); }, to);
}

/// Numbers come back as what they were: a float does not become an int because the int is named
/// first. All else is the first alternative that fits.
template <class T>
bool is_own_kind(const value& v) {
  if (v.get_if<double>())
    return kind_of<T>() == conversion_kind::real;
  return kind_of<T>() == conversion_kind::integer
         && (v.get_if<std::int64_t>() || v.get_if<std::uint64_t>());
}

template <class... Ts>
conversion_result read_variant(const value& v, std::variant<Ts...>& to) {
  failed_alternatives failed;
  const auto fits = [&]<std::size_t I>(bool own_kind) {
    using alternative = std::variant_alternative_t<I, std::variant<Ts...>>;
    if (is_own_kind<alternative>(v) != own_kind)
      return false;
    auto x = blank<alternative>();
    if (auto done = converter<alternative>::from_value(v, x); !done) {
      failed.add(std::move(done.error()));
      return false;
    }
    to.template emplace<I>(std::move(x));
    return true;
  };
  const auto any_fits = [&]<std::size_t... I>(bool own_kind, std::index_sequence<I...>) {
    return (fits.template operator()<I>(own_kind) || ...);
  };
  constexpr std::make_index_sequence<sizeof...(Ts)> all;
  if (any_fits(true, all) || any_fits(false, all))
    return {};
  return std::move(failed).result(v);
}

/// Why a T can not be converted, and what to do about it.
template <class T>
inline constexpr bool is_supported = kind_of<T>() != conversion_kind::unsupported;

template <class T>
constexpr void require_supported() {
  static_assert(
      !character<T>,
      "wamp: a character is no WAMP type; use signed char or unsigned char for a number, or "
      "std::string for a text");
  static_assert(
      !std::is_pointer_v<T> || is_supported<T>,
      "wamp: a pointer does not convert; convert what it points to, or use std::optional");
  static_assert(
      is_supported<T> || character<T> || std::is_pointer_v<T>,
      "wamp: no conversion between this type and wamp::value; for a struct, write "
      "WAMP_STRUCT(type, members...) right below it, or specialise wamp::converter<type>; the keys "
      "of a map are std::string");
  if constexpr (is_optional<T>)
    static_assert(
        !is_optional<typename T::value_type>,
        "wamp: an optional of an optional is ambiguous, since there is only one null");
}

template <class T>
value converter<T>::to_value(const T& from) {
  require_supported<T>();
  constexpr auto kind = kind_of<T>();
  using enum conversion_kind;
  // (What is not supported has had its message.)
  if constexpr (kind == null || kind == unsupported)
    return {};
  else if constexpr (kind == enumeration)
    return converter<enum_integer<T>>::to_value(static_cast<enum_integer<T>>(from));
  else if constexpr (kind == real)
    return static_cast<double>(from);
  else if constexpr (kind == text_view) {
    if constexpr (std::is_pointer_v<T>)
      if (!from)
        return {};
    return std::string_view{from};
  } else if constexpr (kind == bytes) {
    binary blob;
    blob.bytes.reserve(from.size());
    for (std::byte b : from)
      blob.bytes.push_back(static_cast<char>(b));
    return blob;
  } else if constexpr (kind == optional)
    return from ? converter<typename T::value_type>::to_value(*from) : value{};
  else if constexpr (kind == sequence || kind == set || kind == array)
    return write_elements(from);
  else if constexpr (kind == map)
    return write_entries(from);
  else if constexpr (kind == tuple)
    return std::apply(
        []<class... Ts>(const Ts&... x) {
          list items;
          items.reserve(sizeof...(Ts));
          (items.push_back(converter<Ts>::to_value(x)), ...);
          return items;
        },
        from);
  else if constexpr (kind == variant)
    return std::visit([]<class X>(const X& x) { return converter<X>::to_value(x); }, from);
  else if constexpr (kind == members) {
    member_writer writer;
    wamp_visit_members(writer, from, std::type_identity<T>{});
    return std::move(writer).result();
  } else if constexpr (kind == inspected) {
    // One inspect serves both ways, so it takes the object as one that could change.
    inspecting_writer writer;
    inspect(writer, const_cast<T&>(from));
    return std::move(writer).result();
  } else
    return value(from);
}

template <class T>
conversion_result converter<T>::from_value(const value& from, T& to) {
  require_supported<T>();
  constexpr auto kind = kind_of<T>();
  using enum conversion_kind;
  static_assert(
      kind != text_view,
      "wamp: a view of a string can be written but not read, as nothing would own the text; read "
      "a std::string");
  if constexpr (kind == any)
    to = from;
  else if constexpr (kind == null) {
    if (!from.is_null())
      return expected_but_found("null", from);
  } else if constexpr (kind == integer) {
    using limits = std::numeric_limits<T>;
    if constexpr (std::signed_integral<T>) {
      std::int64_t n = 0;
      auto done = read_signed(from, limits::min(), limits::max(), n);
      to = static_cast<T>(n);
      return done;
    } else {
      std::uint64_t n = 0;
      auto done = read_unsigned(from, limits::max(), n);
      to = static_cast<T>(n);
      return done;
    }
  } else if constexpr (kind == enumeration) {
    enum_integer<T> n{};
    auto done = converter<enum_integer<T>>::from_value(from, n);
    to = static_cast<T>(n);
    return done;
  } else if constexpr (kind == real)
    return read_real(from, to);
  else if constexpr (kind == as_is) {
    auto content = from.get_if<T>();
    if (!content)
      return expected_but_found(name_of_model_type<T>(), from);
    to = *content;
  } else if constexpr (kind == bytes)
    return read_bytes(from, to);
  else if constexpr (kind == optional) {
    to.reset();
    if (!from.is_null())
      return converter<typename T::value_type>::from_value(
          from, to.emplace(blank<typename T::value_type>()));
  } else if constexpr (kind == sequence || kind == set)
    return read_elements(from, to);
  else if constexpr (kind == map)
    return read_entries(from, to);
  else if constexpr (kind == array)
    return read_array(from, to);
  else if constexpr (kind == tuple)
    return read_tuple(from, to);
  else if constexpr (kind == variant)
    return read_variant(from, to);
  else if constexpr (kind == members) {
    auto entries = from.get_if<dict>();
    if (!entries)
      return expected_but_found("a dictionary", from);
    member_reader reader{*entries};
    wamp_visit_members(reader, to, std::type_identity<T>{});
    return std::move(reader).result();
  } else if constexpr (kind == inspected) {
    inspecting_reader reader{from};
    inspect(reader, to);
    return std::move(reader).result();
  }
  return {};
}

} // namespace wamp
