#include <wamp/auth/saslprep.hpp>

#include <doctest/doctest.h>

namespace wamp {

TEST_CASE("SASLprep as in the examples of RFC 4013") {
  CHECK(saslprep("I\xc2\xadX") == "IX"); // a soft hyphen
  CHECK(saslprep("user") == "user");
  CHECK(saslprep("USER") == "USER");
  CHECK(saslprep("\xc2\xaa") == "a");
  CHECK(saslprep("\xe2\x85\xa8") == "IX"); // the Roman number nine
  CHECK_FALSE(saslprep("\x07"));
  CHECK_FALSE(saslprep("\xd8\xa7\x31")); // text of both directions
}

TEST_CASE("spaces become one kind of space, and composed characters one form") {
  CHECK(
      saslprep("a\xc2\xa0"
               "b")
      == "a b");
  CHECK(saslprep("e\xcc\x81") == "\xc3\xa9");
}

TEST_CASE("SASLprep takes no text that is cut off, too long, or no text") {
  CHECK_FALSE(saslprep(""));
  CHECK_FALSE(saslprep("\xc2\xad")); // nothing is left of it
  CHECK_FALSE(saslprep(std::string_view{"a\0b", 3}));
  CHECK_FALSE(saslprep("\xff"));
  CHECK(saslprep(std::string(1024, 'x')) == std::string(1024, 'x'));
  CHECK_FALSE(saslprep(std::string(1025, 'x')));
}

TEST_CASE("what is stored has only characters that Unicode 3.2 had") {
  const std::string_view later = "\xc8\xa1"; // U+0221, of Unicode 4.0
  CHECK(saslprep(later) == later);
  CHECK_FALSE(saslprep(later, saslprep_use::stored));
}

} // namespace wamp
