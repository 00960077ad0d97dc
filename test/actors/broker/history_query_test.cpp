// Which keyword arguments wamp.subscription.get_events takes. What they choose: see
// event_store_conformance_test.cpp.
#include <wamp/actors/broker/history_query.hpp>

#include <doctest/doctest.h>

#include <utility>
#include <vector>

using namespace wamp;

TEST_CASE("conditions of the wrong type are told by name") {
  for (auto& [key, wrong] : std::vector<std::pair<const char*, value>>{
           {"reverse", 1},
           {"limit", 0},
           {"limit", -1},
           {"limit", "5"},
           {"limit", 1.5},
           {"from_time", "yesterday"},
           {"after_time", 5},
           {"before_time", ""},
           {"until_time", true},
           {"topic", 7},
           {"from_publication", 0},
           {"after_publication", "1"},
           {"before_publication", -1},
           {"until_publication", list{}}}) {
    CAPTURE(key);
    const auto query = history_query::from({{key, wrong}});
    REQUIRE_FALSE(query);
    CHECK(query.error().starts_with(key));
  }
  CHECK(history_query::from({{"limit", value{}}, {"x_own", 1}}));
}
