#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/actors/string_map.hpp>
#include <wamp/actors/uri_index/uri_index.hpp>

#include <stdexcept>
#include <utility>

namespace wamp {

namespace {

bool allows(const permission& rule, action what) noexcept {
  switch (what) {
  case action::subscribe:
    return rule.subscribe;
  case action::publish:
    return rule.publish;
  case action::register_:
    return rule.register_;
  case action::call:
    return rule.call;
  }
  return false;
}

bool discloses(const permission& rule, action what) noexcept {
  return (what == action::call && rule.disclose_caller)
         || (what == action::publish && rule.disclose_publisher);
}

class role_rules {
public:
  explicit role_rules(role of) : rules_(std::move(of.permissions)) {
    for (const auto& rule : rules_)
      if (index_.find(rule.match, rule.uri) || !index_.insert(rule.match, rule.uri, rule))
        throw std::invalid_argument{
            "role " + of.name + ": two rules for \"" + rule.uri + "\", or too many wildcards"};
  }
  role_rules(const role_rules&) = delete;
  role_rules& operator=(const role_rules&) = delete;

  /// Nothing: there is no rule.
  std::optional<permit> decide(const attempt& what) const {
    const auto rule =
        what.match == match_policy::exact ? index_.best_match(what.uri) : best_for_pattern(what);
    if (!rule)
      return std::nullopt;
    return permit{
        allows(*rule, what.what), discloses(*rule, what.what),
        rule->cache ? permit::for_good : permit::duration::zero()};
  }

private:
  /// As texts, patterns are matched by just those rules that hold for all that they bring, but for
  /// wildcards by which a longer URI is another.
  const permission* best_for_pattern(const attempt& what) const {
    const permission* best = nullptr;
    index_.for_each_pattern(what.uri, [&](const permission& rule) { // prefixes come first
      if (rule.match == match_policy::prefix || (!best && what.match == match_policy::wildcard))
        best = &rule;
    });
    return best;
  }

  std::vector<permission> rules_; // does not change any more: the index points into it
  uri_index<const permission> index_;
};

class role_permissions : public authorizer {
public:
  role_permissions(std::vector<role> roles, std::shared_ptr<authorizer> otherwise)
      : otherwise_(std::move(otherwise)) {
    for (auto& r : roles) {
      auto name = r.name;
      if (by_name_.contains(name))
        throw std::invalid_argument{"there are two roles " + name};
      by_name_[std::move(name)] = std::make_unique<role_rules>(std::move(r));
    }
  }

  std::optional<permit> known(const session_info& who, const attempt& what) const override {
    if (const auto own = by_name_.find(who.identity.authrole); own != by_name_.end())
      if (const auto decided = own->second->decide(what))
        return decided;
    return otherwise_ ? otherwise_->known(who, what) : permit{};
  }

  void ask(authorization_request request, decider<permit> decide) override {
    otherwise_->ask(std::move(request), std::move(decide));
  }

private:
  string_map<std::unique_ptr<role_rules>> by_name_;
  std::shared_ptr<authorizer> otherwise_;
};

} // namespace

std::shared_ptr<authorizer>
authorize_by_roles(std::vector<role> roles, std::shared_ptr<authorizer> otherwise) {
  return std::make_shared<role_permissions>(std::move(roles), std::move(otherwise));
}

} // namespace wamp
