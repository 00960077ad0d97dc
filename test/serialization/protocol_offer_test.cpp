// What a long-poll client offers, well-formed and not.
#include <wamp/serialization/protocol_offer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace wamp;

TEST_CASE("protocol offer: the names in their order") {
  auto offered =
      offered_protocols(R"({"x": [1, {}], "protocols": ["wamp.2.cbor", "wamp.2.json"]})");
  REQUIRE(offered.has_value());
  CHECK(*offered == std::vector<std::string>{"wamp.2.cbor", "wamp.2.json"});
  CHECK(offered_protocols(R"({"protocols":[]})").value().empty());
}

TEST_CASE("protocol offer: nothing of what is not one") {
  for (auto text :
       {"", "null", "[]", "{}", "{\"protocols\":{}}", "{\"protocols\":[1]}", "{\"protocols\":[",
        "{\"protocols\":\"wamp.2.json\"}", "{},{}", "{\"protocols\":[]},1", "],[",
        "{\"protocols\":[]}]"}) {
    CAPTURE(text);
    CHECK_FALSE(offered_protocols(text).has_value());
  }
  CHECK_FALSE(offered_protocols(std::string(100'000, '[')).has_value());
  std::string many = "{\"protocols\":[\"a\"";
  for (int i = 0; i < 1000; ++i)
    many += ",\"a\"";
  CHECK_FALSE(offered_protocols(many + "]}").has_value());
}
