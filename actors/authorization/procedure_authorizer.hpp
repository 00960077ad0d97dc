// An authorizer that is a procedure of a realm: this one, or another.
//
//   procedure(session, uri, action, options) -> true | false | {"allow": bool, ...}
//
// `session` is what wamp.session.get tells of it, `action` is "call", "register", "publish" or
// "subscribe", `options` are those of the request. The long form of the answer may have "disclose",
// a bool, and "cache": true, or milliseconds; otherwise the next request is asked for again. As of
// Crossbar.io's dynamic authorizers. Whatever else comes of the call: it has failed.
// Whoever serves the procedure must be allowed to register it by somebody else.
#pragma once

#include <wamp/actors/authorization/authorizer.hpp>
#include <wamp/actors/router/procedure_caller.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace wamp {

std::shared_ptr<authorizer> authorize_by_procedure(
    std::shared_ptr<procedure_caller> of_realm, std::string procedure,
    std::chrono::milliseconds timeout);

/// What such a procedure's answer says.
decision<permit> permit_of(const call_outcome& answer);

} // namespace wamp
