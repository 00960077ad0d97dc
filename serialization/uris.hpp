// Every URI that the specification defines and this project sends or understands.
// Spec: "URI reference" (basic) and "URIs" (advanced).
#pragma once

#include <string_view>

namespace wamp::uris {

// -- reasons for closing a session -----------------------------------------------------------
inline constexpr std::string_view system_shutdown = "wamp.close.system_shutdown";
inline constexpr std::string_view close_realm = "wamp.close.close_realm";
inline constexpr std::string_view goodbye_and_out = "wamp.close.goodbye_and_out";
inline constexpr std::string_view killed = "wamp.close.killed";

// -- reasons for taking a registration away -------------------------------------------------
/// By `force_reregister`. Not of the specification, which has no words for it.
inline constexpr std::string_view taken_over = "wamp.registration.taken_over";

// -- errors ----------------------------------------------------------------------------------
inline constexpr std::string_view invalid_uri = "wamp.error.invalid_uri";
inline constexpr std::string_view no_such_procedure = "wamp.error.no_such_procedure";
inline constexpr std::string_view procedure_already_exists = "wamp.error.procedure_already_exists";
inline constexpr std::string_view no_such_registration = "wamp.error.no_such_registration";
inline constexpr std::string_view no_such_subscription = "wamp.error.no_such_subscription";
inline constexpr std::string_view invalid_argument = "wamp.error.invalid_argument";
inline constexpr std::string_view canceled = "wamp.error.canceled";
inline constexpr std::string_view payload_size_exceeded = "wamp.error.payload_size_exceeded";
inline constexpr std::string_view protocol_violation = "wamp.error.protocol_violation";
inline constexpr std::string_view authorization_failed = "wamp.error.authorization_failed";
inline constexpr std::string_view not_authorized = "wamp.error.not_authorized";
/// Of the session meta API: in its chapter, but not in the list of URIs.
inline constexpr std::string_view no_such_session = "wamp.error.no_such_session";
inline constexpr std::string_view no_such_realm = "wamp.error.no_such_realm";
inline constexpr std::string_view no_such_role = "wamp.error.no_such_role";
inline constexpr std::string_view no_such_principal = "wamp.error.no_such_principal";
inline constexpr std::string_view authentication_denied = "wamp.error.authentication_denied";
inline constexpr std::string_view authentication_failed = "wamp.error.authentication_failed";
inline constexpr std::string_view no_matching_auth_method = "wamp.error.no_matching_auth_method";
/// The same, of Crossbar and those after it: not of the specification.
inline constexpr std::string_view no_auth_method = "wamp.error.no_auth_method";
inline constexpr std::string_view option_not_allowed = "wamp.error.option_not_allowed";
inline constexpr std::string_view option_disallowed_disclose_me =
    "wamp.error.option_disallowed.disclose_me";
inline constexpr std::string_view network_failure = "wamp.error.network_failure";
inline constexpr std::string_view unavailable = "wamp.error.unavailable";
inline constexpr std::string_view no_available_callee = "wamp.error.no_available_callee";
inline constexpr std::string_view timeout = "wamp.error.timeout";
/// What a procedure that fails without saying how is reported as: not of the specification, but
/// what Autobahn's clients send and expect.
inline constexpr std::string_view runtime_error = "wamp.error.runtime_error";
inline constexpr std::string_view feature_not_supported = "wamp.error.feature_not_supported";

} // namespace wamp::uris
