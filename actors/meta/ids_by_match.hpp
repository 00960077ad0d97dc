// What the meta APIs of registrations and of subscriptions have in common: lists of ids by match
// policy, and the policy that somebody asks for. Pure.
#pragma once

#include <wamp/actors/meta/meta_procedures.hpp>
#include <wamp/serialization/uri.hpp>
#include <wamp/serialization/value.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

/// {"exact": [ids], "prefix": [ids], "wildcard": [ids]}
template <class Table>
dict ids_by_match(const Table& all) {
  std::array<list, 3> ids;
  all.for_each([&](const auto& entry) {
    ids[static_cast<std::size_t>(entry.match)].emplace_back(entry.id.value());
  });
  dict named;
  for (auto match : {match_policy::exact, match_policy::prefix, match_policy::wildcard})
    named.set(std::string{name_of(match)}, std::move(ids[static_cast<std::size_t>(match)]));
  return named;
}

/// `{"match": policy}`; exact if nothing is said.
inline meta_result<match_policy> match_from(const std::optional<dict>& options) {
  const auto* given = options ? options->find("match") : nullptr;
  if (!given)
    return match_policy::exact;
  const auto* name = given->get_if<std::string>();
  const auto match = name ? match_policy_named(*name) : std::nullopt;
  if (!match)
    return tl::unexpected(
        refusal{uris::invalid_argument, "match must be exact, prefix or wildcard"});
  return *match;
}

} // namespace wamp
