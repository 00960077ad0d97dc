#include <wamp/serialization/value_path.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

namespace wamp {

TEST_CASE("a path is short and printable, whatever the keys") {
  CHECK(to_string(value_path{}) == "");
  CHECK(to_string(value_path{std::size_t{4}, std::size_t{3}, "x_1"}) == "[4][3].x_1");
  CHECK(to_string(value_path{std::size_t{1}, "a.b"}) == "[1][\"a.b\"]");
  CHECK(to_string(value_path{""}) == "[\"\"]");
  CHECK(to_string(value_path{"\"\n\xc3"}) == "[\"???\"]");
  CHECK(to_string(value_path{std::string(100, 'k')}) == "[\"" + std::string(32, 'k') + "...\"]");
}

} // namespace wamp
