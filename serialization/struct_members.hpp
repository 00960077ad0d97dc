// Structs as dictionaries: WAMP_STRUCT names the members once, the converter does the rest.
// Users write the macro below their structs; converter.hpp calls what it makes.
// Spec: "Serializers" (basic profile), the data model's `dict`.
// No state; any thread.
#pragma once

#include <wamp/serialization/conversion_error.hpp>
#include <wamp/serialization/value.hpp>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

/// WAMP_STRUCT(type, member1, member2, ...): a `type` is a dictionary with these keys.
/// Reading: a `std::optional` member may be absent or null; any other must be there; keys that are
/// not named are ignored. Writing: an empty `std::optional` is left out.
/// Stands right below the struct, in the same namespace, before anybody converts one. The members
/// are public; at most 256.
#define WAMP_STRUCT(type, ...)                                                                     \
  template <class Visitor, class Struct>                                                           \
  bool wamp_visit_members(                                                                         \
      [[maybe_unused]] Visitor& visit, [[maybe_unused]] Struct& x, ::std::type_identity<type>) {   \
    return true __VA_OPT__(WAMP_RESCAN(WAMP_VISIT_NEXT(__VA_ARGS__)));                             \
  }

// The preprocessor has no loops: each rescan lets WAMP_VISIT_NEXT take one member more.
#define WAMP_VISIT_NEXT(name, ...)                                                                 \
  &&visit(#name, x.name) __VA_OPT__(WAMP_VISIT_AGAIN WAMP_PARENTHESES(__VA_ARGS__))
#define WAMP_VISIT_AGAIN() WAMP_VISIT_NEXT
#define WAMP_PARENTHESES ()
#define WAMP_RESCAN(...) WAMP_RESCAN_64(WAMP_RESCAN_64(WAMP_RESCAN_64(WAMP_RESCAN_64(__VA_ARGS__))))
#define WAMP_RESCAN_64(...)                                                                        \
  WAMP_RESCAN_16(WAMP_RESCAN_16(WAMP_RESCAN_16(WAMP_RESCAN_16(__VA_ARGS__))))
#define WAMP_RESCAN_16(...) WAMP_RESCAN_4(WAMP_RESCAN_4(WAMP_RESCAN_4(WAMP_RESCAN_4(__VA_ARGS__))))
#define WAMP_RESCAN_4(...) WAMP_RESCAN_1(WAMP_RESCAN_1(WAMP_RESCAN_1(WAMP_RESCAN_1(__VA_ARGS__))))
#define WAMP_RESCAN_1(...) __VA_ARGS__

namespace wamp {

template <class T>
struct converter;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Internal: takes a struct's members out of a dictionary, until one is not right.
class member_reader {
public:
  explicit member_reader(const dict& from) : from_(from) {}

  template <class Member>
  bool operator()(const char* name, Member& to) {
    if (auto v = from_.find(name))
      result_ = within(name, converter<Member>::from_value(*v, to));
    else if constexpr (is_optional<Member>)
      to.reset();
    else
      miss(name);
    return result_.has_value();
  }

  conversion_result result() && { return std::move(result_); }

private:
  void miss(const char* name);

  const dict& from_;
  conversion_result result_;
};

/// Internal: puts a struct's members into a dictionary.
class member_writer {
public:
  template <class Member>
  bool operator()(const char* name, const Member& from) {
    if constexpr (is_optional<Member>)
      if (!from)
        return true;
    to_.append(name, converter<Member>::to_value(from));
    return true;
  }

  dict result() && { return std::move(to_); }

private:
  dict to_;
};

/// WAMP_STRUCT was said of exactly this type, not of a base of it.
template <class T>
concept struct_with_members = requires(member_writer& visit, const T& x) {
  { wamp_visit_members(visit, x, std::type_identity<T>{}) } -> std::same_as<bool>;
};

} // namespace wamp
