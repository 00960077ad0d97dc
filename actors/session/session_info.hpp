// What the house knows about a joined session: shared, immutable, passed along with each of its
// messages. Made by the router when a session joins; held by broker and dealer until it has left.
#pragma once

#include <wamp/auth/identity.hpp>
#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/value.hpp>

#include <memory>
#include <string_view>

namespace wamp {

/// What HELLO or WELCOME announces for one role; nullptr if nothing.
const dict* features_of(std::string_view role, const dict& details);

/// The announcements in HELLO.Details.roles that the router acts upon.
struct client_features {
  bool publisher_payload_passthru = false;
  bool subscriber_revocation = false;
  bool caller_payload_passthru = false;
  bool caller_progressive_call_invocations = false;
  bool callee_call_canceling = false;
  bool callee_payload_passthru = false;
  bool callee_progressive_call_invocations = false;
  bool callee_progressive_call_results = false;
  bool callee_call_reroute = false;
  bool callee_call_timeout = false;
  bool callee_registration_revocation = false;

  static client_features from(const dict& hello_details);
};

class permit_cache;

/// What was decided of what the session may do, and of what all of its role may (see
/// authorization.hpp); empty as long as nothing was.
struct session_permits {
  std::shared_ptr<permit_cache> own;
  std::shared_ptr<permit_cache> of_role;
};

/// Each is read and written by that one actor alone.
struct permit_places {
  session_permits at_broker;
  session_permits at_dealer;
};

struct session_info {
  session_id id;
  wamp::identity identity;
  client_features features;
  mutable permit_places permits = {};
};

/// Whether it is no session, but the router itself that calls: 0 is nobody's id.
inline bool is_router(const session_info& who) noexcept {
  return !who.id;
}

/// Within the actors this always points to a `joined_session` (see interfaces.hpp), which adds
/// the actor's handle; the pure classes need only what stands here.
using session_ref = std::shared_ptr<const session_info>;

} // namespace wamp
