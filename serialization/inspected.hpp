// Structs that a CAF program can send already: their `inspect` tells us the members too, in order
// but without names, so such a struct is a list. converter.hpp calls this.
// CAF itself is not included: an inspector is any object that can be called with the members.
// Spec: "Serializers" (basic profile), the data model's `list`.
// No state; any thread.
#pragma once

#include <wamp/serialization/conversion_error.hpp>
#include <wamp/serialization/value.hpp>

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

namespace caf::meta {
/// The base of what an `inspect` passes besides members, such as the type's name.
struct annotation;
} // namespace caf::meta

namespace wamp {

template <class T>
struct converter;

/// Internal: an argument of an inspector that is no member. Names and hints say nothing to us.
template <class T>
constexpr bool is_annotation() {
  using type = std::remove_cvref_t<T>;
  if constexpr (std::is_class_v<type> && std::is_base_of_v<caf::meta::annotation, type>) {
    static_assert(
        !requires(type x) { x.fun; },
        "wamp: an inspect() with caf::meta::load_callback or save_callback is not supported; "
        "use WAMP_STRUCT or specialise wamp::converter for this type");
    return true;
  } else
    return false;
}

/// Internal: takes the members out of a list that is exactly as long.
class inspecting_reader {
public:
  using result_type = bool;
  static constexpr bool reads_state = false;
  static constexpr bool writes_state = true;

  explicit inspecting_reader(const value& from) : from_(from) {}

  template <class... Ts>
  bool operator()(Ts&&... members) {
    const auto items = open((std::size_t{!is_annotation<Ts>()} + ... + 0));
    std::size_t next = 0;
    return items && (take(*items, next, members) && ...);
  }

  conversion_result result() && { return std::move(result_); }

private:
  const list* open(std::size_t size);

  template <class T>
  bool take(const list& items, std::size_t& next, T& to) {
    if constexpr (!is_annotation<T>()) {
      result_ = within(next, converter<T>::from_value(items[next], to));
      ++next;
    }
    return result_.has_value();
  }

  const value& from_;
  conversion_result result_;
};

/// Internal: puts the members into a list.
class inspecting_writer {
public:
  using result_type = bool;
  static constexpr bool reads_state = true;
  static constexpr bool writes_state = false;

  template <class... Ts>
  bool operator()(Ts&&... members) {
    (put(members), ...);
    return true;
  }

  list result() && { return std::move(to_); }

private:
  template <class T>
  void put(const T& from) {
    if constexpr (!is_annotation<T>())
      to_.push_back(converter<T>::to_value(from));
  }

  list to_;
};

/// Internal: only asks whether a type can be inspected.
struct inspecting_probe {
  using result_type = bool;
  static constexpr bool reads_state = true;
  static constexpr bool writes_state = false;

  template <class... Ts>
  bool operator()(Ts&&...) {
    return true;
  }
};

template <class T>
concept inspectable = std::is_class_v<T> && requires(inspecting_probe& f, T& x) {
  inspect(f, x);
};

} // namespace wamp
