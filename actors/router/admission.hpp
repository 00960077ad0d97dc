// Whether a HELLO may enter a realm, and the WELCOME it gets. Pure; used by the router actor.
// Spec: "Session Establishment" (basic profile), "Feature Announcement".
#pragma once

#include <wamp/actors/realm_settings.hpp>
#include <wamp/auth/identity.hpp>
#include <wamp/serialization/messages.hpp>

#include <tl/expected.hpp>

namespace wamp {

/// The identity that the HELLO leads to, or the ABORT that answers it.
tl::expected<identity, abort>
admit(const hello& request, const realm_settings& realm, const random_source& random);

/// Announces exactly what this router does.
welcome greet(session_id id, const identity& who, const realm_settings& realm);

/// The ABORT for a realm that is not there.
abort no_such_realm(std::string_view realm);

} // namespace wamp
