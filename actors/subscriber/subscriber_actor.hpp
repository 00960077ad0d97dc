// Subscribers: actors that receive the events of one topic, in order, one at a time. Spawning one
// subscribes it, in every session of its client; when it ends, by quit() or otherwise, the
// subscription goes. Used by applications; the client's side of it is `attach_subscriber`.
// Spec: "Publish and Subscribe" (basic profile).
//
//   spawn_subscriber(system, client.actor(), "com.myapp.news", [](std::string text) { ... });
//
//   // With a state, and itself at hand:
//   spawn_subscriber(system, client.actor(), "com.myapp.news", [](subscriber_pointer self) {
//     return [self, left = 3](std::string text) mutable {
//       if (--left == 0)
//         self->quit();
//     };
//   });
#pragma once

#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/client/handlers.hpp>

#include <concepts>
#include <functional>
#include <utility>

namespace wamp {

using subscriber_pointer = subscriber_actor::pointer;

/// Makes the handler, inside the new actor.
using event_handler_factory = std::function<event_handler(subscriber_pointer)>;

/// A subscriber, and the router's first answer to it.
struct spawned_subscriber {
  subscriber_actor actor;
  pending<subscribed> confirmed;
  operator const subscriber_actor&() const noexcept { return actor; }
};

/// Ends with an error (see wamp_error_of) if the router refuses the subscription, and with its
/// client. Exceptions of the handler are logged and do not end it. Any thread.
spawned_subscriber spawn_subscriber(
    caf::actor_system& system, const client_actor& client, target topic,
    event_handler_factory make_handler);

/// The same for a handler (forms: handlers.hpp), or for a function that makes one of the pointer
/// to its actor.
template <class F>
requires(!std::same_as<F, event_handler_factory>) spawned_subscriber
    spawn_subscriber(caf::actor_system& system, const client_actor& client, target topic, F f) {
  if constexpr (std::invocable<F&, subscriber_pointer>)
    return spawn_subscriber(
        system, client, std::move(topic),
        event_handler_factory{[f = std::move(f)](subscriber_pointer self) mutable {
          return make_event_handler(f(self));
        }});
  else
    return spawn_subscriber(
        system, client, std::move(topic),
        event_handler_factory{
            [handler = make_event_handler(std::move(f))](subscriber_pointer) { return handler; }});
}

} // namespace wamp
