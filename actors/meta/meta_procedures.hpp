// Procedures that the router itself serves, as functions with typed parameters. Filled once by
// session_meta, registration_meta and subscription_meta; pure, not thread-safe.
// Spec: "Session Meta API", "Registration Meta API", "Subscription Meta API" (advanced profile).
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/requests.hpp>
#include <wamp/actors/string_map.hpp>
#include <wamp/serialization/callable.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/uris.hpp>

#include <tl/expected.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace wamp {

/// What a function of the meta API gives: the answer's arguments, or why there is none.
template <class T>
using meta_result = tl::expected<T, refusal>;

class meta_procedures {
public:
  /// `f(typed parameters...)` returns a meta_result, or what a client's handler may return.
  template <class F>
  void add(std::string procedure, F f) {
    by_name_.emplace(std::move(procedure), [f = std::move(f)](const arguments& in) {
      meta_result<arguments> out;
      auto fits = apply_arguments(f, in, [&]<class... R>(R&&... r) {
        if constexpr (sizeof...(R) > 0)
          out = answer_from(std::forward<R>(r)...);
      });
      if (!fits)
        out = tl::unexpected(refusal{uris::invalid_argument, fits.error().to_string()});
      return out;
    });
  }

  /// RESULT, or ERROR.
  outgoing answer(const call& request) const {
    const auto found = by_name_.find(request.procedure);
    if (found == by_name_.end())
      return refuse(request, uris::no_such_procedure, "there is no procedure " + request.procedure);
    auto answer = found->second(request.args.values());
    if (!answer)
      return refuse(request, answer.error());
    return result{request.request, {}, payload::native(std::move(*answer))};
  }

private:
  template <class R>
  static meta_result<arguments> answer_from(R&& r) {
    if constexpr (requires { r.error(); })
      return std::forward<R>(r).map(
          [](auto&& x) { return to_arguments(std::forward<decltype(x)>(x)); });
    else
      return to_arguments(std::forward<R>(r));
  }

  string_map<std::function<meta_result<arguments>(const arguments&)>> by_name_;
};

} // namespace wamp
