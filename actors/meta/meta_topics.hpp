// What a realm tells those who subscribe to its meta topics. Pure.
// Spec: "Session Meta API", "Registration Meta API", "Subscription Meta API" (advanced profile).
#pragma once

#include <wamp/serialization/payload.hpp>

#include <string_view>

namespace wamp {

/// An event of a meta topic, on its way to the broker.
struct meta_event {
  std::string_view topic; ///< one of meta_topics
  arguments args;
};

namespace meta_topics {

inline constexpr std::string_view session_joined = "wamp.session.on_join";
inline constexpr std::string_view session_left = "wamp.session.on_leave";
inline constexpr std::string_view registration_created = "wamp.registration.on_create";
inline constexpr std::string_view registered = "wamp.registration.on_register";
inline constexpr std::string_view unregistered = "wamp.registration.on_unregister";
inline constexpr std::string_view registration_deleted = "wamp.registration.on_delete";
inline constexpr std::string_view subscription_created = "wamp.subscription.on_create";
inline constexpr std::string_view subscribed = "wamp.subscription.on_subscribe";
inline constexpr std::string_view unsubscribed = "wamp.subscription.on_unsubscribe";
inline constexpr std::string_view subscription_deleted = "wamp.subscription.on_delete";

} // namespace meta_topics

} // namespace wamp
