// Which rule says how far a session is trusted.
#include <wamp/actors/trust_rules.hpp>
#include <wamp/test/support/recorder.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace wamp::test;

TEST_CASE("trust: the first rule that fits session and URI says the level") {
  const auto level = trust_by({
      {.authid = "anna", .uri = "com.", .match = match_policy::prefix, .level = 9},
      {.authrole = "admin", .uri = "com..set", .match = match_policy::wildcard, .level = 7},
      {.authid = "carl", .authrole = "admin", .uri = "org.only", .level = 5},
      {.uri = "com.", .match = match_policy::prefix, .level = 0},
  });
  const auto of = [&](const char* authid, const char* authrole, const char* uri) {
    return level(*make_session(1, authid, authrole), action::publish, uri);
  };
  CHECK(of("anna", "admin", "com.a.set") == 9);
  CHECK(of("bob", "admin", "com.a.set") == 7);
  CHECK(of("bob", "admin", "com.a.get") == 0);
  CHECK(of("bob", "user", "com.a.set") == 0);
  CHECK(of("bob", "admin", "org.only") == std::nullopt);
  CHECK(of("carl", "user", "org.only") == std::nullopt);
  CHECK(of("carl", "admin", "org.only") == 5);
  CHECK(of("carl", "admin", "org.only.this") == std::nullopt);
}
