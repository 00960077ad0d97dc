#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/option_rules.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

namespace wamp {

namespace {

enum class kind : std::uint8_t {
  boolean,
  natural,
  id,
  text,
  dictionary,
  texts,
  ids,
  match,
  invoke,
  roles,
};

struct rule {
  std::string_view key;
  kind type;
};

constexpr rule hello_rules[]{
    {"roles", kind::roles}, {"agent", kind::text},    {"authmethods", kind::texts},
    {"authid", kind::text}, {"authrole", kind::text}, {"authextra", kind::dictionary},
};
constexpr rule welcome_rules[]{
    {"roles", kind::roles},       {"agent", kind::text},           {"realm", kind::text},
    {"authid", kind::text},       {"authrole", kind::text},        {"authmethod", kind::text},
    {"authprovider", kind::text}, {"authextra", kind::dictionary},
};
constexpr rule closing_rules[]{{"message", kind::text}};
constexpr rule challenge_rules[]{
    {"challenge", kind::text}, {"salt", kind::text},          {"nonce", kind::text},
    {"kdf", kind::text},       {"iterations", kind::natural}, {"memory", kind::natural},
    {"keylen", kind::natural}, {"pubkey", kind::text},        {"channel_binding", kind::text},
};
constexpr rule authenticate_rules[]{
    {"nonce", kind::text},
    {"channel_binding", kind::text},
    {"cbind_data", kind::text},
};
constexpr rule passthru_rules[]{
    {"ppt_scheme", kind::text},
    {"ppt_serializer", kind::text},
    {"ppt_cipher", kind::text},
    {"ppt_keyid", kind::text},
};
constexpr rule publish_rules[]{
    {"acknowledge", kind::boolean},
    {"exclude_me", kind::boolean},
    {"disclose_me", kind::boolean},
    {"retain", kind::boolean},
    {"rkey", kind::text},
    {"exclude", kind::ids},
    {"eligible", kind::ids},
    {"exclude_authid", kind::texts},
    {"eligible_authid", kind::texts},
    {"exclude_authrole", kind::texts},
    {"eligible_authrole", kind::texts},
};
constexpr rule event_rules[]{
    {"topic", kind::text},
    {"publisher", kind::id},
    {"publisher_authid", kind::text},
    {"publisher_authrole", kind::text},
    {"trustlevel", kind::natural},
    {"retained", kind::boolean},
    {"payload_limit_exceeded", kind::boolean},
};
constexpr rule subscribe_rules[]{
    {"match", kind::match}, {"get_retained", kind::boolean}, {"nkey", kind::text}};
constexpr rule unsubscribed_rules[]{{"subscription", kind::id}, {"reason", kind::text}};
constexpr rule call_rules[]{
    {"timeout", kind::natural},  {"receive_progress", kind::boolean},
    {"progress", kind::boolean}, {"disclose_me", kind::boolean},
    {"rkey", kind::text},        {"runmode", kind::text},
};
constexpr rule cancel_rules[]{{"mode", kind::text}};
constexpr rule progress_rules[]{{"progress", kind::boolean}};
constexpr rule register_rules[]{
    {"match", kind::match},
    {"invoke", kind::invoke},
    {"disclose_caller", kind::boolean},
    {"forward_timeout", kind::boolean},
    {"concurrency", kind::natural},
    {"force_reregister", kind::boolean},
    {"nkey", kind::text},
};
constexpr rule unregistered_rules[]{{"registration", kind::id}, {"reason", kind::text}};
constexpr rule invocation_rules[]{
    {"procedure", kind::text},     {"caller", kind::id},
    {"caller_authid", kind::text}, {"caller_authrole", kind::text},
    {"trustlevel", kind::natural}, {"timeout", kind::natural},
    {"progress", kind::boolean},   {"receive_progress", kind::boolean},
};
constexpr rule interrupt_rules[]{{"mode", kind::text}, {"reason", kind::text}};

struct rule_set {
  std::span<const rule> own;
  bool passthru = false; ///< carries a payload that may be passed through
};

rule_set rules_of(message_code code) {
  switch (code) {
  case message_code::hello:
    return {hello_rules};
  case message_code::welcome:
    return {welcome_rules};
  case message_code::abort:
  case message_code::goodbye:
    return {closing_rules};
  case message_code::challenge:
    return {challenge_rules};
  case message_code::authenticate:
    return {authenticate_rules};
  case message_code::error:
    return {{}, true};
  case message_code::publish:
    return {publish_rules, true};
  case message_code::event:
    return {event_rules, true};
  case message_code::subscribe:
    return {subscribe_rules};
  case message_code::unsubscribed:
    return {unsubscribed_rules};
  case message_code::call:
    return {call_rules, true};
  case message_code::cancel:
    return {cancel_rules};
  case message_code::result:
  case message_code::yield:
    return {progress_rules, true};
  case message_code::register_:
    return {register_rules};
  case message_code::unregistered:
    return {unregistered_rules};
  case message_code::invocation:
    return {invocation_rules, true};
  case message_code::interrupt:
    return {interrupt_rules};
  default:
    return {};
  }
}

constexpr std::string_view matches_known[]{"exact", "prefix", "wildcard"};
constexpr std::string_view invokes_known[]{"single", "roundrobin", "random", "first", "last"};

const rule* find_rule(std::span<const rule> rules, std::string_view key) {
  auto i = std::find_if(rules.begin(), rules.end(), [&](auto& r) { return r.key == key; });
  return i == rules.end() ? nullptr : &*i;
}

/// Checks values. The way to a wrong one is noted, last step first, while the calls return.
class checker {
public:
  explicit checker(bool accept_integral_floats) : accept_integral_floats_(accept_integral_floats) {}

  std::optional<rule_violation> check_all(const rule_set& rules, dict& options, std::size_t index) {
    for (const auto& m : options) {
      auto r = find_rule(rules.own, m.key);
      if (!r && rules.passthru)
        r = find_rule(passthru_rules, m.key);
      // Encoders of languages with an `undefined` write it as null: an option that is absent.
      if (r && !m.value.is_null() && !matches(r->type, *options.find(m.key))) {
        steps_.emplace_back(m.key);
        steps_.emplace_back(index);
        return rule_violation{expectation_, {steps_.rbegin(), steps_.rend()}};
      }
    }
    return std::nullopt;
  }

private:
  bool matches(kind type, value& v) {
    switch (type) {
    case kind::boolean:
      return expect(v.get_if<bool>(), "expected a bool");
    case kind::natural:
      return expect(is_natural(v), "expected a non-negative integer");
    case kind::id:
      return expect(is_id(v), "expected an id, an integer from 1 to 2^53");
    case kind::text:
      return expect(v.get_if<std::string>(), "expected a string");
    case kind::dictionary:
      return expect(v.get_if<dict>(), "expected a dictionary");
    case kind::texts:
      return all_match(kind::text, v, "expected a list of strings");
    case kind::ids:
      return all_match(kind::id, v, "expected a list of ids");
    case kind::match:
      return expect(is_one_of(v, matches_known), "expected \"exact\", \"prefix\" or \"wildcard\"");
    case kind::invoke:
      return expect(
          is_one_of(v, invokes_known),
          "expected \"single\", \"roundrobin\", \"random\", \"first\" or \"last\"");
    case kind::roles:
      return are_roles(v);
    }
    return true;
  }

  bool expect(bool good, const char* expectation) {
    if (!good)
      expectation_ = expectation;
    return good;
  }

  bool is_natural(value& v) {
    auto d = v.get_if<double>();
    if (d && accept_integral_floats_ && *d >= 0 && *d <= static_cast<double>(max_id)
        && *d == std::floor(*d))
      v = value{static_cast<std::uint64_t>(*d)};
    auto n = v.get_if<std::int64_t>();
    return (n && *n >= 0) || v.get_if<std::uint64_t>();
  }

  bool is_id(value& v) {
    auto n = is_natural(v) ? v.get_if<std::int64_t>() : nullptr;
    return n && *n >= 1 && *n <= static_cast<std::int64_t>(max_id);
  }

  static bool is_one_of(const value& v, std::span<const std::string_view> words) {
    auto s = v.get_if<std::string>();
    return s && std::find(words.begin(), words.end(), *s) != words.end();
  }

  bool all_match(kind item, value& v, const char* expectation) {
    auto l = v.get_if<list>();
    if (!expect(l, expectation))
      return false;
    for (std::size_t i = 0; i < l->size(); ++i)
      if (!matches(item, (*l)[i])) {
        steps_.emplace_back(i);
        return false;
      }
    return true;
  }

  template <class Predicate>
  bool all_members(const value& v, Predicate is_good) {
    auto d = v.get_if<dict>();
    if (!expect(d, "expected a dictionary"))
      return false;
    for (const auto& m : *d)
      if (!is_good(m.value)) {
        steps_.emplace_back(m.key);
        return false;
      }
    return true;
  }

  bool are_features(const value& v) {
    return all_members(v, [this](const value& feature) {
      return expect(feature.get_if<bool>(), "expected a bool");
    });
  }

  bool are_roles(const value& v) {
    return all_members(v, [this](const value& role) {
      auto d = role.get_if<dict>();
      if (!expect(d, "expected a dictionary"))
        return false;
      auto features = d->find("features");
      if (!features || are_features(*features))
        return true;
      steps_.emplace_back("features");
      return false;
    });
  }

  value_path steps_;
  bool accept_integral_floats_;
  const char* expectation_ = "";
};

} // namespace

std::optional<rule_violation>
check_options(message_code code, dict& options, std::size_t index, bool accept_integral_floats) {
  if (options.empty())
    return std::nullopt;
  return checker{accept_integral_floats}.check_all(rules_of(code), options, index);
}

} // namespace wamp
