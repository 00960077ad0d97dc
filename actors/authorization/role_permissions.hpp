// What roles may do, as lists of rules: the authorizer of configurations. Immutable; any thread.
// Spec: "Authorization" (advanced profile), which leaves to the router how it is said; the rules
// are those of Crossbar.io.
#pragma once

#include <wamp/actors/authorization/authorizer.hpp>
#include <wamp/serialization/uri.hpp>

#include <memory>
#include <string>
#include <vector>

namespace wamp {

/// Of the rules of a role, one decides about a URI, for all four actions: the one of just this URI,
/// else the longest prefix, else the best wildcard pattern, as a call finds its registration.
/// About a pattern those decide that hold for all that it may bring: prefixes, and for a wildcard
/// pattern wildcards, too.
struct permission {
  std::string uri = {};
  match_policy match = match_policy::exact;
  bool call = false;
  bool register_ = false;
  bool publish = false;
  bool subscribe = false;
  bool disclose_caller = false;    ///< to callees, whether the caller wants it or not
  bool disclose_publisher = false; ///< to subscribers
  bool cache = true;               ///< whether brokers and dealers remember what it decides

  bool operator==(const permission&) const = default;
};

/// Where no rule decides, nothing is allowed, or somebody else is asked.
struct role {
  std::string name; ///< as in WELCOME.Details.authrole
  std::vector<permission> permissions = {};

  bool operator==(const role&) const = default;
};

/// Throws std::invalid_argument where two roles have one name, two rules of a role are for the same
/// URIs, or a role has more kinds of wildcard patterns than can be searched. `otherwise` decides
/// where there is no rule, or no such role.
std::shared_ptr<authorizer>
authorize_by_roles(std::vector<role> roles, std::shared_ptr<authorizer> otherwise = {});

} // namespace wamp
