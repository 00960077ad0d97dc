// Users' functions as handlers: which forms a procedure and an event handler may have. `client`
// makes them of what it is given.
// Spec: "Remote Procedure Calls", "Publish and Subscribe" (basic profile).
#pragma once

#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/client/invocation_stream.hpp>
#include <wamp/actors/client/pending.hpp>
#include <wamp/actors/payload_passthru.hpp>
#include <wamp/serialization/convert.hpp>
#include <wamp/serialization/uris.hpp>

#include <tl/expected.hpp>

#include <concepts>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace wamp {

/// The seed of all forms: positional arguments, keyword arguments, and the message's details.
template <class F>
concept takes_args_kwargs_details = std::invocable<
    F&, const list&, const dict&, const dict&> && !std::invocable<F&, const arguments&>;

template <class F>
concept takes_parts_and_responder = std::invocable<F&, invocation_stream, responder>;
template <class F>
concept takes_parts = std::invocable<F&, invocation_stream> || takes_parts_and_responder<F>;

/// Internal: the first parameter is the responder.
template <class Parameters>
inline constexpr bool responder_first = false;
template <class... Ps>
inline constexpr bool responder_first<std::tuple<responder, Ps...>> = true;
template <class... Ps>
inline constexpr bool responder_first<std::tuple<const responder&, Ps...>> = true;

template <class F>
concept takes_responder_and_more = typed_callable<std::remove_cvref_t<F>> && responder_first<
    typename callable_traits<F>::parameters>;

/// Internal: `f` with its first parameter given.
template <class F, class First, class... Ps>
auto with_responder(F& f, const responder& to, std::type_identity<std::tuple<First, Ps...>>) {
  return [&f, to](Ps... ps) { return f(to, std::forward<Ps>(ps)...); };
}

/// Answers with what a handler has returned: an ERROR for a wamp_error; for a tl::expected and a
/// pending what they hold, or will; else a result, see to_arguments().
template <class R>
void answer_with(const responder& to, R&& returned) {
  using type = std::remove_cvref_t<R>;
  if constexpr (std::same_as<type, wamp_error>) {
    to.fail(returned.content());
  } else if constexpr (std::same_as<type, error>) {
    to.fail(std::forward<R>(returned));
  } else if constexpr (std::same_as<type, result>) {
    dict options;
    if (is_passed_through(returned.details))
      pass_attributes_on(returned.details, options);
    to.result(std::forward<R>(returned).args, std::move(options));
  } else if constexpr (is_a<type, tl::expected>) {
    if (!returned)
      answer_with(to, std::forward<R>(returned).error());
    else if constexpr (std::is_void_v<typename type::value_type>)
      to.result();
    else
      answer_with(to, *std::forward<R>(returned));
  } else if constexpr (requires { returned.then([](const auto&) {}); }) {
    returned.then([to](const auto& answer) { answer_with(to, answer); });
  } else {
    to.result(payload::native(to_arguments(std::forward<R>(returned))));
  }
}

/// Forms of a procedure, tried in this order:
///   (const invocation&, responder)               answers by the responder, now or later
///   (invocation_stream, responder), (invocation_stream)
///                                                for arguments in parts; the others answer those
///                                                with wamp.error.feature_not_supported
///   (const list&, const dict&, const dict&)      arguments, keyword arguments, details
///   (responder, typed parameters...)             for progressive results, and to see interrupts;
///                                                that returns void: answers by it, later
///   (typed parameters...)                        see callable.hpp; wrong ones are answered with
///                                                wamp.error.invalid_argument
/// All but the first answer by what they return: nothing, a value, a std::tuple for several,
/// `kwargs` among or beside them, `arguments` for all, a `result` with its `ppt_*` details, a
/// wamp_error, a tl::expected of these, or a `pending` for what comes later (a coroutine is one,
/// too: it takes its parameters by value, as references do not last; what it captures lasts until
/// it has answered). They may also throw: a wamp_error is the answer; any other exception is
/// logged, and its text stays here.
template <class F>
procedure_handler make_procedure(F f) {
  if constexpr (std::invocable<F&, const invocation&, responder>)
    return [f = std::move(f)](const invocation& m, const responder& to) mutable {
      if (!refuse_parts(m, to))
        f(m, to);
    };
  else if constexpr (takes_parts<F>)
    return [f = std::move(f)](const invocation& m, const responder& to) mutable {
      auto called = [&] {
        if constexpr (takes_parts_and_responder<F>)
          return f(invocation_stream{m, to}, to);
        else
          return f(invocation_stream{m, to});
      };
      if constexpr (!std::is_void_v<decltype(called())>) {
        answer_with(to, called());
      } else {
        called();
        if constexpr (!takes_parts_and_responder<F>)
          to.result();
      }
    };
  else if constexpr (takes_args_kwargs_details<F>)
    return [f = std::move(f)](const invocation& m, const responder& to) mutable {
      if (refuse_parts(m, to))
        return;
      const auto& in = m.args.values();
      if constexpr (std::is_void_v<decltype(f(in.args, in.kwargs, m.details))>) {
        f(in.args, in.kwargs, m.details);
        to.result();
      } else {
        answer_with(to, f(in.args, in.kwargs, m.details));
      }
    };
  else
    return [f = std::move(f)](const invocation& m, const responder& to) mutable {
      if (refuse_parts(m, to))
        return;
      const auto answer = [&to]<class... R>(R&&... returned) {
        if constexpr (sizeof...(returned) > 0)
          answer_with(to, std::forward<R>(returned)...);
        else if constexpr (!takes_responder_and_more<F>)
          to.result();
      };
      auto called = [&] {
        if constexpr (takes_responder_and_more<F>)
          return apply_arguments(
              with_responder(f, to, std::type_identity<typename callable_traits<F>::parameters>{}),
              m.args.values(), answer);
        else
          return apply_arguments(f, m.args.values(), answer);
      }();
      if (!called)
        to.fail(std::string{uris::invalid_argument}, {called.error().to_string()});
    };
}

/// Says in the log why an event reached no handler, or what went wrong in it.
void log_event_trouble(const event& m, std::string_view what);

/// Forms of an event handler: (const event&), or as of a procedure. What it returns is ignored, but
/// for a `pending` (a coroutine): what the handler captures lasts until that is answered. What it
/// throws is logged. An event whose arguments do not fit is logged and skipped.
template <class F>
event_handler make_event_handler(F f) {
  return [kept = std::make_shared<F>(std::move(f))](const event& m) {
    const auto ignore = [&kept]<class... R>(R&&... returned) {
      if constexpr ((requires { returned.then([](const auto&) {}); } && ...) && sizeof...(R) > 0)
        (returned.then([kept](const auto&) {}), ...);
    };
    try {
      if constexpr (std::invocable<F&, const event&>) {
        if constexpr (std::is_void_v<std::invoke_result_t<F&, const event&>>)
          (*kept)(m);
        else
          ignore((*kept)(m));
      } else if constexpr (takes_args_kwargs_details<F>) {
        const auto& in = m.args.values();
        (*kept)(in.args, in.kwargs, m.details);
      } else {
        auto called = apply_arguments(*kept, m.args.values(), ignore);
        if (!called)
          log_event_trouble(m, called.error().to_string());
      }
    } catch (const std::exception& e) {
      log_event_trouble(m, e.what());
    } catch (...) {
      log_event_trouble(m, "an exception of unknown type");
    }
  };
}

} // namespace wamp
