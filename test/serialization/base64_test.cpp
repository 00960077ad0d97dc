#include <wamp/serialization/base64.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wamp {

TEST_CASE("base64 as in RFC 4648") {
  const std::vector<std::pair<std::string, std::string>> known{
      {"", ""},        {"f", "Zg=="},          {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}, {std::string{"\x00\xff\xfb\xf0", 4}, "AP/78A=="},
  };
  for (const auto& [bytes, text] : known) {
    std::string out = "before:";
    append_base64(out, bytes);
    CHECK(out == "before:" + text);
    CHECK(from_base64(text) == bytes);
  }
}

TEST_CASE("only padded base64 of the standard alphabet is taken") {
  for (std::string_view text :
       {"Z", "Zg", "Zg=", "Zm9v ", "Zm 9v==", "Zm9\n", "Z===", "Zg==Zg==", "Zm9_",
        "====", "Zm9v\xc3\xa9xx"})
    CHECK_FALSE(from_base64(text));
  CHECK_FALSE(from_base64(std::string_view{"Zm9\0", 4}));
}

} // namespace wamp
