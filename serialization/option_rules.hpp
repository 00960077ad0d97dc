// Which type each known option or detail of a message must have. Used by the decoder, and by
// clients for what they are about to send.
// Unknown keys are nobody's business and stay; null stands for absent.
// Spec: the `Options` and `Details` of each message, basic and advanced profile.
// Pure functions; any thread.
#pragma once

#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/value.hpp>
#include <wamp/serialization/value_path.hpp>

#include <optional>
#include <string>

namespace wamp {

/// A well-formed message that breaks a rule of the protocol.
struct rule_violation {
  std::string text; ///< such as "expected a bool"
  value_path path;
};

/// Checks the dictionary of a message, which is its element `index`.
/// With `accept_integral_floats`, whole floats become integers where those are due.
std::optional<rule_violation>
check_options(message_code code, dict& options, std::size_t index, bool accept_integral_floats);

} // namespace wamp
