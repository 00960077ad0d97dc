#include <wamp/actors/trust_rules.hpp>
#include <wamp/actors/uri_index/uri_match.hpp>

#include <algorithm>

namespace wamp {

namespace {

bool fits(const trust_rule& rule, const identity& who, std::string_view uri) {
  return (!rule.authid || *rule.authid == who.authid)
         && (!rule.authrole || *rule.authrole == who.authrole)
         && matches(rule.match, rule.uri, uri);
}

} // namespace

trust_policy trust_by(std::vector<trust_rule> rules) {
  return
      [rules = std::move(rules)](
          const session_info& who, action, std::string_view uri) -> std::optional<std::uint32_t> {
        const auto first = std::find_if(rules.begin(), rules.end(), [&](const trust_rule& r) {
          return fits(r, who.identity, uri);
        });
        return first == rules.end() ? std::nullopt : std::optional{first->level};
      };
}

} // namespace wamp
