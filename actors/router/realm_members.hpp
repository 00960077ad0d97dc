// The sessions of a realm. Owned by the router; pure.
#pragma once

#include <wamp/actors/session/session_info.hpp>

#include <tsl/robin_map.h>

namespace wamp {

struct realm_member {
  session_ref session;
  bool is_leaving = false; ///< the realm cleans up after it
  bool is_told = true;     ///< that it has left: by on_leave and by its testaments
  bool is_killed = false;  ///< it has been told to go, and will in a moment

  /// Whether it is still to be seen, and may be killed.
  bool is_there() const noexcept { return !is_leaving && !is_killed; }
};

using realm_members = tsl::robin_map<session_id, realm_member, std::hash<session_id>>;

} // namespace wamp
