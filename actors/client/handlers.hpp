// Users' functions as handlers: which forms a procedure and an event handler may have. `client`
// makes them of what it is given.
// Spec: "Remote Procedure Calls", "Publish and Subscribe" (basic profile).
#pragma once

#include <wamp/actors/client/client_core.hpp>
#include <wamp/serialization/convert.hpp>
#include <wamp/serialization/uris.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace wamp {

/// The seed of all forms: positional arguments, keyword arguments, and the message's details.
template <class F>
concept takes_args_kwargs_details = std::invocable<
    F&, const list&, const dict&, const dict&> && !std::invocable<F&, const arguments&>;

/// Forms of a procedure, tried in this order:
///   (const invocation&, responder)               answers by the responder, now or later
///   (const list&, const dict&, const dict&)      arguments, keyword arguments, details
///   typed parameters, see callable.hpp           wrong ones: wamp.error.invalid_argument
/// The last two answer by what they return (see callable.hpp). To answer with an ERROR, throw
/// wamp_error; any other exception is logged, and its text stays here.
template <class F>
procedure_handler make_procedure(F f) {
  if constexpr (std::invocable<F&, const invocation&, responder>)
    return f;
  else if constexpr (takes_args_kwargs_details<F>)
    return [f = std::move(f)](const invocation& m, const responder& to) mutable {
      const auto& in = m.args.values();
      if constexpr (std::is_void_v<decltype(f(in.args, in.kwargs, m.details))>) {
        f(in.args, in.kwargs, m.details);
        to.result();
      } else {
        to.result(payload::native(to_arguments(f(in.args, in.kwargs, m.details))));
      }
    };
  else
    return [f = std::move(f)](const invocation& m, const responder& to) mutable {
      auto out = apply_arguments(f, m.args.values());
      if (out)
        to.result(payload::native(std::move(*out)));
      else
        to.fail(std::string{uris::invalid_argument}, {out.error().to_string()});
    };
}

/// Says in the log why an event reached no handler, or what went wrong in it.
void log_event_trouble(const event& m, std::string_view what);

/// Forms of an event handler: (const event&), or as of a procedure. What it returns is ignored,
/// what it throws is logged. An event whose arguments do not fit is logged and skipped.
template <class F>
event_handler make_event_handler(F f) {
  return [f = std::move(f)](const event& m) mutable {
    try {
      if constexpr (std::invocable<F&, const event&>) {
        f(m);
      } else if constexpr (takes_args_kwargs_details<F>) {
        const auto& in = m.args.values();
        f(in.args, in.kwargs, m.details);
      } else {
        auto out = apply_arguments(f, m.args.values());
        if (!out)
          log_event_trouble(m, out.error().to_string());
      }
    } catch (const std::exception& e) {
      log_event_trouble(m, e.what());
    } catch (...) {
      log_event_trouble(m, "an exception of unknown type");
    }
  };
}

} // namespace wamp
