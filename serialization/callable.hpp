// Functions with typed parameters, called with a message's arguments: what a procedure or an event
// handler of a client is made of.
// Spec: "Application Payload"; "Calling and Invocations" and "Publishing and Events" (basic
// profile). No state; any thread. What the called function does is its own business.
//
//   [](int a, int b) { return a + b; }                      two arguments -> one
//   [](const std::string& s, std::optional<int> n) {...}    one or two arguments -> none
//   [](const arguments& in) { return in; }                  any arguments -> as they are
//   [](int n, const kwargs& k) { return std::tuple{n, k}; } with keyword arguments, both ways
#pragma once

#include <wamp/serialization/conversion_error.hpp>
#include <wamp/serialization/converter.hpp>
#include <wamp/serialization/payload.hpp>
#include <wamp/serialization/typed_arguments.hpp>

#include <tl/expected.hpp>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace wamp {

/// Internal: the parameters of a function's type.
template <class T>
struct signature;
template <class R, class... Ps>
struct signature<R(Ps...)> {
  using result = R;
  using parameters = std::tuple<Ps...>;
};
template <class R, class... Ps>
struct signature<R(Ps...) noexcept> : signature<R(Ps...)> {};
template <class T>
struct signature<T*> : signature<T> {};
template <class C, class R, class... Ps>
struct signature<R (C::*)(Ps...)> : signature<R(Ps...)> {};
template <class C, class R, class... Ps>
struct signature<R (C::*)(Ps...) const> : signature<R(Ps...)> {};
template <class C, class R, class... Ps>
struct signature<R (C::*)(Ps...) noexcept> : signature<R(Ps...)> {};
template <class C, class R, class... Ps>
struct signature<R (C::*)(Ps...) const noexcept> : signature<R(Ps...)> {};

template <class F>
concept function_like = std::is_function_v<std::remove_pointer_t<F>>;

/// A function, or an object with exactly one operator() that is no template.
template <class F>
concept typed_callable = function_like<F> || requires {
  &F::operator();
};

template <class F>
consteval auto find_signature() {
  static_assert(
      typed_callable<F>,
      "wamp: a handler's parameters must have types: no `auto` (generic lambda), and only one "
      "operator()");
  if constexpr (function_like<F>)
    return std::type_identity<signature<F>>{};
  else if constexpr (typed_callable<F>)
    return std::type_identity<signature<decltype(&F::operator())>>{};
  else
    return std::type_identity<signature<void()>>{};
}

/// What is kept for a parameter until the call: a std::string for a view of one.
template <class Parameter>
struct kept_for {
  static_assert(
      !std::is_lvalue_reference_v<Parameter> || std::is_const_v<std::remove_reference_t<Parameter>>,
      "wamp: a handler cannot change its caller's arguments: take them by value or by const&");
  using type = std::remove_cvref_t<Parameter>;
};
template <class Parameter>
requires std::same_as<std::remove_cvref_t<Parameter>, std::string_view>
struct kept_for<Parameter> {
  using type = std::string;
};

/// The types of a handler: `result`, `parameters` (a std::tuple of them as declared), and `kept`,
/// a std::tuple of what is decoded for them.
template <class F>
class callable_traits {
  using found = typename decltype(find_signature<std::remove_cvref_t<F>>())::type;

  template <class Tuple>
  struct keep;
  template <class... Ps>
  struct keep<std::tuple<Ps...>> {
    using type = std::tuple<typename kept_for<Ps>::type...>;
  };

public:
  using result = typename found::result;
  using parameters = typename found::parameters;
  using kept = typename keep<parameters>::type;
  /// The one parameter is `arguments`: nothing is decoded.
  static constexpr bool takes_all = std::same_as<kept, std::tuple<arguments>>;
};

/// What the handler F is to be called with, decoded. Errors as of arguments_as.
template <class F>
tl::expected<typename callable_traits<F>::kept, conversion_error>
arguments_for(const arguments& from) {
  if constexpr (callable_traits<F>::takes_all)
    return std::tuple{from};
  else
    return []<class... Ts>(std::type_identity<std::tuple<Ts...>>, const arguments& in) {
      static_assert(
          !any_of<arguments, Ts...>,
          "wamp: a handler that takes wamp::arguments takes nothing else; for the keyword "
          "arguments alone there is wamp::kwargs");
      return arguments_as<Ts...>(in);
    }(std::type_identity<typename callable_traits<F>::kept>{}, from);
}

/// The arguments that a handler's result stands for: a std::tuple for several, a kwargs for
/// keyword arguments, `arguments` for themselves, anything else for one.
template <class R>
arguments to_arguments(R&& result) {
  using type = std::remove_cvref_t<R>;
  if constexpr (std::same_as<type, arguments>)
    return std::forward<R>(result);
  else if constexpr (is_a<type, std::tuple>)
    return std::apply(
        []<class... Ts>(Ts&&... xs) { return make_arguments(std::forward<Ts>(xs)...); },
        std::forward<R>(result));
  else
    return make_arguments(std::forward<R>(result));
}

/// Internal: `with` is a tuple that `f` can be applied to.
template <class F, class Tuple, class Consume>
void call_and_pass_on(F&& f, Tuple&& with, Consume&& consume) {
  if constexpr (std::is_void_v<typename callable_traits<F>::result>) {
    std::apply(std::forward<F>(f), std::forward<Tuple>(with));
    std::forward<Consume>(consume)();
  } else
    std::forward<Consume>(consume)(std::apply(std::forward<F>(f), std::forward<Tuple>(with)));
}

/// Decodes the arguments, calls `f`, and hands what it returns to `consume`: one argument, or none
/// if that is void. After an error neither was called. What they throw passes through.
template <class F, class Consume>
tl::expected<void, conversion_error>
apply_arguments(F&& f, const arguments& in, Consume&& consume) {
  using traits = callable_traits<F>;
  if constexpr (std::same_as<typename traits::parameters, std::tuple<const arguments&>>) {
    call_and_pass_on(std::forward<F>(f), std::tie(in), std::forward<Consume>(consume));
  } else {
    auto with = arguments_for<F>(in);
    if (!with)
      return tl::unexpected{std::move(with.error())};
    call_and_pass_on(std::forward<F>(f), std::move(*with), std::forward<Consume>(consume));
  }
  return {};
}

/// The same, with the result as arguments; nothing is no arguments.
template <class F>
tl::expected<arguments, conversion_error> apply_arguments(F&& f, const arguments& in) {
  arguments out;
  auto done = apply_arguments(std::forward<F>(f), in, [&out]<class... Result>(Result&&... r) {
    if constexpr (sizeof...(r) > 0)
      out = to_arguments(std::forward<Result>(r)...);
  });
  if (!done)
    return tl::unexpected{std::move(done.error())};
  return out;
}

} // namespace wamp
