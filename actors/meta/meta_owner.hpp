// Whose data a procedure of the meta API tells of. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wamp {

enum class meta_owner : std::uint8_t { router, broker, dealer };

/// Nothing if it is no procedure of the meta API. Not every name below these is one: its owner
/// knows.
inline std::optional<meta_owner> owner_of(std::string_view procedure) {
  if (procedure == "wamp.session.add_testament" || procedure == "wamp.session.flush_testaments")
    return meta_owner::broker; // it publishes them
  if (procedure.starts_with("wamp.session."))
    return meta_owner::router;
  if (procedure.starts_with("wamp.subscription."))
    return meta_owner::broker;
  if (procedure.starts_with("wamp.registration."))
    return meta_owner::dealer;
  return std::nullopt;
}

} // namespace wamp
