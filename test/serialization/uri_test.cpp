#include <wamp/serialization/uri.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace wamp {

namespace {

using enum uri_rules;
using enum match_policy;

} // namespace

TEST_CASE("a URI has no empty part, no white space and no hash sign") {
  for (auto uri : {"com.myapp.topic", "a", "com.MyApp-2.\xc3\xa9", "com.a/b?c"}) {
    CAPTURE(uri);
    CHECK(is_valid_uri(uri, loose));
  }
  for (auto uri : {"", ".", "com.", ".com", "com..a", "com. a", "com.a#b", "com.\ta", "com.a\n"}) {
    CAPTURE(uri);
    CHECK_FALSE(is_valid_uri(uri, loose));
    CHECK_FALSE(is_valid_uri(uri, strict));
  }
}

TEST_CASE("strict URIs have parts of lower-case letters, digits and underscores") {
  CHECK(is_valid_uri("com.my_app.v2", strict));
  for (auto uri : {"com.MyApp", "com.my-app", "com.\xc3\xa9", "com.a/b"})
    CHECK_FALSE(is_valid_uri(uri, strict));
}

TEST_CASE("patterns may have empty parts where their policy allows it") {
  for (auto rules : {loose, strict}) {
    CHECK(is_valid_pattern("com.a", exact, rules));
    CHECK_FALSE(is_valid_pattern("com.a.", exact, rules));
    CHECK_FALSE(is_valid_pattern("", exact, rules));

    for (auto uri : {"com.a", "com.a.", ""})
      CHECK(is_valid_pattern(uri, prefix, rules));
    for (auto uri : {"com..a", ".com", ".", "com.."})
      CHECK_FALSE(is_valid_pattern(uri, prefix, rules));

    for (auto uri : {"com..a", ".com", ".", "com..", "..", "com.a", ""})
      CHECK(is_valid_pattern(uri, wildcard, rules));
    CHECK_FALSE(is_valid_pattern("com. .a", wildcard, rules));
  }
  CHECK(is_valid_pattern("com..A", wildcard, loose));
  CHECK_FALSE(is_valid_pattern("com..A", wildcard, strict));
}

TEST_CASE("match policies have names") {
  for (auto policy : {exact, prefix, wildcard})
    CHECK(match_policy_named(name_of(policy)) == policy);
  for (auto word : {"", "Exact", "glob"})
    CHECK_FALSE(match_policy_named(word));
}

TEST_CASE("only the router speaks below wamp") {
  CHECK(is_reserved_uri("wamp"));
  CHECK(is_reserved_uri("wamp.session.on_join"));
  CHECK(is_reserved_uri("wamp."));
  CHECK_FALSE(is_reserved_uri("wampx"));
  CHECK_FALSE(is_reserved_uri("com.wamp"));
  CHECK_FALSE(is_reserved_uri(""));
}

TEST_CASE("match policies have the names of the wire") {
  CHECK(name_of(exact) == "exact");
  CHECK(name_of(prefix) == "prefix");
  CHECK(name_of(wildcard) == "wildcard");
}

} // namespace wamp
