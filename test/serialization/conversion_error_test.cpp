#include <wamp/serialization/conversion_error.hpp>

#include <doctest/doctest.h>

#include <string>

namespace wamp {

namespace {

std::string found(const value& v) {
  return expected_but_found("x", v).value().found;
}

} // namespace

TEST_CASE("an error says what was expected, what was found and where") {
  CHECK(conversion_error{"a bool", "3", ""}.to_string() == "expected a bool, found 3");
  CHECK(
      conversion_error{"a bool", "3", "[1].x"}.to_string() == "expected a bool, found 3, in [1].x");
}

TEST_CASE("every value has a short, printable description") {
  CHECK(found({}) == "null");
  CHECK(found(true) == "true");
  CHECK(found(false) == "false");
  CHECK(found(-300) == "-300");
  CHECK(found(UINT64_MAX) == "18446744073709551615");
  CHECK(found(0.1) == "0.1");
  CHECK(found(1e300) == "1e+300");
  CHECK(found("a \"b\"\n") == "\"a ?b??\"");
  CHECK(found(std::string(100, 'k')) == "\"" + std::string(32, 'k') + "...\"");
  CHECK(found(binary{"x"}) == "binary of 1 byte");
  CHECK(found(binary{"xyz"}) == "binary of 3 bytes");
  CHECK(found(list{1, 2}) == "a list of 2");
  CHECK(found(dict{{"a", 1}}) == "a dictionary of 1");
}

TEST_CASE("a part's place comes before the path within it") {
  conversion_result inner = expected_but_found("a bool", 3);
  const auto outer = within(2, within("name", within("odd key", within(0, inner))));
  CHECK(outer.error() == conversion_error{"a bool", "3", "[2].name[\"odd key\"][0]"});
  CHECK(within(2, within("name", conversion_result{})).has_value());
}

} // namespace wamp
