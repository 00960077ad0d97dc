// What roles may do: which of their rules decides.
#include <wamp/actors/authorization/role_permissions.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace wamp;
using namespace wamp::test;

namespace {

using enum match_policy;

permission rule(std::string uri, match_policy match, std::string_view allow) {
  permission p{std::move(uri), match};
  const auto has = [&](char c) { return allow.find(c) != allow.npos; };
  p.call = has('c');
  p.register_ = has('r');
  p.publish = has('p');
  p.subscribe = has('s');
  return p;
}

const session_ref user = make_session(1, "joe", "user");

/// The letters of what the user may do to the URI, under the rules.
std::string
may(const std::vector<permission>& rules, std::string_view uri, match_policy match = exact) {
  const auto decides = authorize_by_roles({{"user", rules}});
  std::string result;
  for (auto [letter, what] :
       {std::pair{'c', action::call},
        {'r', action::register_},
        {'p', action::publish},
        {'s', action::subscribe}})
    if (decides->known(*user, {what, uri, match})->allow)
      result += letter;
  return result;
}

} // namespace

TEST_CASE("nothing is allowed that no rule allows") {
  CHECK(may({}, "com.a").empty());
  CHECK(may({rule("com.b", exact, "crps")}, "com.a").empty());
  CHECK(may({rule("com.a", exact, "")}, "com.a").empty());
  for (auto letters : {"c", "r", "p", "s", "cp", "rs", "crps"})
    CHECK(may({rule("com.a", exact, letters)}, "com.a") == letters);
}

TEST_CASE("prefixes match by characters, wildcards by components") {
  CHECK(may({rule("com.a", prefix, "c")}, "com.abc.d") == "c");
  CHECK(may({rule("com.a.", prefix, "c")}, "com.abc.d").empty());
  CHECK(may({rule("", prefix, "c")}, "com.abc.d") == "c");
  CHECK(may({rule("com..get", wildcard, "c")}, "com.user.get") == "c");
  CHECK(may({rule("com..get", wildcard, "c")}, "com.user.set").empty());
  CHECK(may({rule("com..get", wildcard, "c")}, "com.user.x.get").empty());
  CHECK(may({rule("com.", exact, "c")}, "com.a").empty());
}

TEST_CASE("one rule decides: exact, else the longest prefix, else the best wildcard") {
  const std::vector<permission> rules{
      rule("com.", prefix, "c"),  rule("com.app.", prefix, "p"),    rule("com.app.x", exact, "s"),
      rule("..x", wildcard, "r"), rule("org.app.", wildcard, "cr"), rule("org..x", wildcard, "rp"),
  };
  CHECK(may(rules, "com.other") == "c");
  CHECK(may(rules, "com.app.other") == "p");
  CHECK(may(rules, "com.app.x") == "s");
  CHECK(may(rules, "net.app.x") == "r");
  CHECK(may(rules, "org.app.x") == "cr"); // its first wildcard comes later
  CHECK(may(rules, "org.app.y") == "cr");
  CHECK(may(rules, "org.b.x") == "rp");
  CHECK(may(rules, "org.b.y").empty());
}

TEST_CASE("the order of the rules means nothing") {
  const auto narrow = rule("com.secret.", prefix, "");
  const auto wide = rule("com.", prefix, "crps");
  for (const auto& rules : {std::vector{narrow, wide}, std::vector{wide, narrow}}) {
    CHECK(may(rules, "com.secret.a").empty());
    CHECK(may(rules, "com.a") == "crps");
  }
}

TEST_CASE("about a pattern those rules decide that hold for all that it may bring") {
  const std::vector<permission> exacts{rule("com.a", exact, "rs"), rule("com..b", exact, "rs")};
  CHECK(may(exacts, "com.a", prefix).empty()); // it would bring com.abc
  CHECK(may(exacts, "com.a", wildcard).empty());
  CHECK(may(exacts, "com..b", wildcard).empty());
  const std::vector<permission> prefixes{rule("com.a", prefix, "s"), rule("com.a.b", prefix, "r")};
  CHECK(may(prefixes, "com.a", prefix) == "s");
  CHECK(may(prefixes, "com.a.c", prefix) == "s");
  CHECK(may(prefixes, "com.a.b", prefix) == "r");
  CHECK(may(prefixes, "com.", prefix).empty()); // it would bring more
  CHECK(may(prefixes, "com.a..c", wildcard) == "s");
  CHECK(may(prefixes, "com..a", wildcard).empty());
  const std::vector<permission> wildcards{
      rule("com..b", wildcard, "r"), rule("net..", wildcard, "s")};
  CHECK(may(wildcards, "com..b", wildcard) == "r");
  CHECK(may(wildcards, "com.a.b", wildcard) == "r");
  CHECK(may(wildcards, "com..", wildcard).empty());
  CHECK(may(wildcards, "net..b", wildcard) == "s");
  CHECK(may(wildcards, "net..b.c", wildcard).empty());
  CHECK(may(wildcards, "com.a.b", prefix).empty()); // it would bring com.a.bc, com.a.b.c
  CHECK(may(wildcards, "com..b", prefix).empty());
}

TEST_CASE("a wildcard pattern has a longer prefix rule before it, and a prefix before a wildcard") {
  const std::vector<permission> rules{
      rule("com..", wildcard, "s"), rule("com.", prefix, "r"), rule("com.a", prefix, "rs")};
  CHECK(may(rules, "com..x", wildcard) == "r");
  CHECK(may(rules, "com.a.", wildcard) == "rs");
}

TEST_CASE("where there is no rule nothing is allowed, or somebody else decides") {
  const std::vector<role> roles{{"user", {rule("com.", prefix, "c")}}};
  const auto stranger = make_session(2, "eve", "stranger");
  const attempt publish{action::publish, "com.a"};
  CHECK_FALSE(authorize_by_roles(roles)->known(*stranger, publish)->allow);
  const auto more = authorize_by_roles(roles, authorize_by([](auto&, action what, auto uri) {
                                         return what == action::publish && uri != "com.b";
                                       }));
  CHECK(more->known(*stranger, publish)->allow);
  CHECK_FALSE(more->known(*stranger, {action::publish, "com.b"})->allow);
  CHECK_FALSE(more->known(*user, publish)->allow); // there is a rule
  CHECK(more->known(*user, {action::publish, "org.a"})->allow);
  struct slow : authorizer {};
  const auto later = authorize_by_roles(roles, std::make_shared<slow>());
  CHECK_FALSE(later->known(*stranger, publish));
  CHECK_FALSE(later->known(*user, {action::publish, "org.a"}));
  CHECK_FALSE(later->known(*user, {action::subscribe, "org", match_policy::prefix}));
  CHECK(later->known(*user, publish));
}

TEST_CASE("a rule says who is disclosed, and whether it is to be remembered") {
  auto open = rule("com.a", exact, "crps");
  open.disclose_caller = true;
  auto named = rule("com.b", exact, "crps");
  named.disclose_publisher = true;
  named.cache = false;
  const auto decides = authorize_by_roles({{"user", {open, named}}});
  CHECK(decides->known(*user, {action::call, "com.a"})->disclose);
  CHECK_FALSE(decides->known(*user, {action::publish, "com.a"})->disclose);
  CHECK_FALSE(decides->known(*user, {action::call, "com.b"})->disclose);
  CHECK(decides->known(*user, {action::publish, "com.b"})->disclose);
  CHECK(decides->known(*user, {action::call, "com.a"})->valid_for == permit::for_good);
  CHECK(decides->known(*user, {action::call, "com.b"})->valid_for == permit::duration::zero());
  CHECK(decides->known(*user, {action::call, "com.none"})->valid_for == permit::duration::zero());
}

TEST_CASE("rules that contradict each other are refused") {
  const auto twice = rule("com.a", prefix, "c");
  CHECK_THROWS_AS(authorize_by_roles({{"user", {twice, twice}}}), std::invalid_argument);
  CHECK_NOTHROW(authorize_by_roles({{"user", {twice, rule("com.a", exact, "c")}}}));
  CHECK_NOTHROW(authorize_by_roles({{"user", {twice}}, {"admin", {twice}}}));
  CHECK_THROWS_AS(authorize_by_roles({{"user"}, {"user"}}), std::invalid_argument);
}
