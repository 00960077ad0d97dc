// What a client and its router tell each other that they can: the features in HELLO.Details.roles
// and in WELCOME.Details.roles. Pure. Spec: "Feature Announcement" (basic profile).
#pragma once

#include <wamp/serialization/value.hpp>

#include <cstdint>

namespace wamp {

/// How much of it: a RawSocket router may take as little as 512 octets.
enum class announcing : std::uint8_t {
  all,
  what_routers_need, ///< what a router does not do for clients that have not announced it
  roles,             ///< no features
};

/// HELLO.Details.roles of a client.
dict announced_roles(announcing how_much);

/// What the router has announced, of that which a client must not ask for otherwise.
struct router_features {
  bool broker_payload_passthru = false;
  bool dealer_payload_passthru = false;
  bool progressive_call_invocations = false;

  static router_features from(const dict& welcome_details);
};

} // namespace wamp
