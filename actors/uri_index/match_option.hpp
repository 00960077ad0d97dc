// The option `match` of SUBSCRIBE and REGISTER. Pure.
#pragma once

#include <wamp/serialization/uri.hpp>
#include <wamp/serialization/value.hpp>

#include <optional>
#include <string>

namespace wamp {

/// Exact if nothing is said; nothing if it is no policy.
inline std::optional<match_policy> match_of(const dict& options) {
  const auto name = find<std::string>(options, "match");
  return name ? match_policy_named(*name) : match_policy::exact;
}

} // namespace wamp
