// By which methods a HELLO may enter a realm, and the WELCOME or ABORT that a session gets. Pure;
// used by the router actor.
// Spec: "Session Establishment" (basic profile), "Feature Announcement", "Authentication".
#pragma once

#include <wamp/actors/realm_settings.hpp>
#include <wamp/auth/identity.hpp>
#include <wamp/serialization/messages.hpp>

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// The realm's methods that the peer offers, at least one, in the realm's order; or the ABORT that
/// answers the HELLO.
tl::expected<std::vector<auth_method>, abort>
ways_in(const hello& request, const realm_settings& realm);

/// Announces exactly what this router does. `authextra`: empty for none.
welcome
greet(session_id id, const identity& who, const realm_settings& realm, const dict& authextra = {});

/// No `text`: nothing is said of why.
abort refuse_join(std::string_view reason, std::string_view text);

/// The ABORT for a realm that is not there.
abort no_such_realm(std::string_view realm);

} // namespace wamp
