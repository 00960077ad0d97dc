// What is different between two configuration files.
#include <wamp/apps/gateway/config_changes.hpp>

#include <doctest/doctest.h>

using namespace wamp;

namespace {

std::vector<std::string> changes(std::string_view before, std::string_view after) {
  auto a = parse_config_tree(before);
  auto b = parse_config_tree(after);
  REQUIRE(a);
  REQUIRE(b);
  return changed_keys(*a, *b);
}

using keys = std::vector<std::string>;

} // namespace

TEST_CASE("files that say the same, however they look") {
  CHECK(changes("{}", "{ /* nothing */ }").empty());
  CHECK(changes(R"({"a": 1, "b": {"c": [true, "x"]}})", R"({"b": {"c": [true, "\u0078"]}, "a": 1})")
            .empty());
}

TEST_CASE("values that differ are told by their paths") {
  CHECK(changes(R"({"a": 1, "b": "x"})", R"({"a": 2, "b": "x"})") == keys{"a"});
  CHECK(changes(R"({"a": "1"})", R"({"a": 1})") == keys{"a"});
  CHECK(changes(R"({"a": {"b": {"c": 1}}})", R"({"a": {"b": {"c": 2}}})") == keys{"a.b.c"});
  CHECK(
      changes(R"({"l": [{"a": 1}, {"a": 1}]})", R"({"l": [{"a": 1}, {"a": 2}]})")
      == keys{"l[1].a"});
}

TEST_CASE("what only one of them has is told") {
  CHECK(changes(R"({"a": 1, "b": 1})", R"({"c": 1, "b": 1})") == keys{"c", "a"});
  CHECK(changes(R"({"l": [1]})", R"({"l": [1, 2]})") == keys{"l"});
  CHECK(changes(R"({"l": {}})", R"({"l": []})") == keys{"l"});
}
