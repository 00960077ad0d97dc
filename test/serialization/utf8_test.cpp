#include <wamp/serialization/utf8.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace wamp {

TEST_CASE("UTF-8 is accepted in every length of sequence") {
  for (auto text :
       {"", "plain ascii, longer than one word", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
        "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf",
        "mixed \xc3\xa9\xe2\x82\xac and ascii again \xf0\x9f\x98\x80"})
    CHECK(is_valid_utf8(text));
}

TEST_CASE("what is not UTF-8 is found at its first byte") {
  const std::vector<std::pair<std::string, std::size_t>> wrong{
      {"\x80", 0},             // a continuation alone
      {"12345678ab\xc3(", 10}, // a sequence cut by ASCII
      {"\xc0\xaf", 0},         // overlong
      {"\xe0\x80\xaf", 0},     // overlong
      {"a\xed\xa0\x80", 1},    // a surrogate
      {"\xf4\x90\x80\x80", 0}, // beyond U+10FFFF
      {"\xff", 0},             //
      {"\xc3\xa9\xe2\x82", 2}, // cut by the end
      {"\xc3\xa9 and then \xf0\x9f\x98", 12},
  };
  for (const auto& [text, at] : wrong) {
    CAPTURE(text);
    CHECK(valid_utf8_prefix(text) == at);
    CHECK_FALSE(is_valid_utf8(text));
  }
}

TEST_CASE("an invalid byte is found wherever it stands among ASCII") {
  for (std::size_t size = 1; size < 40; ++size)
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      text[at] = '\xfe';
      CHECK(valid_utf8_prefix(text) == at);
    }
}

TEST_CASE("repaired text is UTF-8 with a replacement character") {
  CHECK(repaired_utf8("a\xffz") == "a\xef\xbf\xbdz");
  CHECK(repaired_utf8("fine \xc3\xa9") == "fine \xc3\xa9");
}

} // namespace wamp
