// The actor by which a router calls procedures of its own realm: a member for broker and dealer,
// and no session for anybody else. Spawned by the router with each pair of them, and dismissed with
// it; what has not been answered then is wamp.error.canceled.
#pragma once

#include <wamp/actors/interfaces.hpp>

namespace wamp {

using caller_actor =
    member_actor::extend<caf::reacts_to<procedure_call>, caf::reacts_to<alarm_atom>>;

caller_actor spawn_caller(caf::actor_system& system, dealer_actor dealer);

} // namespace wamp
