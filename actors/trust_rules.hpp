// Trust levels as a list of rules: the trust_policy of those who write no function of their own,
// such as the gateway's configuration. Immutable; any thread.
// Spec: "Publication Trust Levels", "Call Trust Levels" (advanced profile).
#pragma once

#include <wamp/actors/realm_settings.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

struct trust_rule {
  std::optional<std::string> authid = {};   ///< nothing: any
  std::optional<std::string> authrole = {}; ///< nothing: any
  std::string uri = {};                     ///< of topics and procedures
  match_policy match = match_policy::exact;
  std::uint32_t level = 0;
  bool operator==(const trust_rule&) const = default;
};

/// The first rule that fits says the level; none does: there is no level.
trust_policy trust_by(std::vector<trust_rule> rules);

} // namespace wamp
