// Events in a file, an SQLite database: what was acknowledged is there after the end of the
// process or the machine, however that came.
// Spec: "Event Retention", "Event History" (advanced profile).
#pragma once

#include <wamp/actors/broker/event_store.hpp>

#include <tl/expected.hpp>

#include <string>

namespace wamp {

/// For the realm_settings::make_event_store of one realm; the file is open as long as that or a
/// store that it has made is there. It is made if it is not there; its folder must be, and no
/// other process or realm may have it open. The error is a phrase for the user.
tl::expected<event_store_maker, std::string>
open_event_store(const std::string& path, const event_store_bounds& bounds = {});

} // namespace wamp
