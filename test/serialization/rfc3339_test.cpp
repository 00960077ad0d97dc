#include <wamp/serialization/rfc3339.hpp>

#include <doctest/doctest.h>

namespace wamp {

using namespace std::chrono;

TEST_CASE("points in time are written in UTC, with milliseconds") {
  CHECK(to_rfc3339(sys_days{2026y / 6 / 1} + 12h + 250ms) == "2026-06-01T12:00:00.250Z");
  CHECK(to_rfc3339(sys_days{1969y / 12 / 31} + 23h + 59min + 59s) == "1969-12-31T23:59:59.000Z");
}

TEST_CASE("points in time are read in any zone") {
  const auto noon = sys_days{2026y / 6 / 1} + 12h;
  for (auto text :
       {"2026-06-01T12:00:00Z", "2026-06-01t12:00:00z", "2026-06-01 12:00:00.000Z",
        "2026-06-01T14:00:00+02:00", "2026-05-31T23:30:00-12:30", "2026-06-01T12:00:00.0+00:00"}) {
    CAPTURE(text);
    CHECK(from_rfc3339(text) == noon);
  }
  CHECK(from_rfc3339("2026-06-01T12:00:00.25Z") == noon + 250ms);
  CHECK(from_rfc3339("2026-06-01T12:00:00.1234567Z") == noon + 123'456us);
  CHECK(from_rfc3339("2016-12-31T23:59:60Z") == sys_days{2017y / 1 / 1});
  CHECK(from_rfc3339("0000-01-01T00:00:00Z"));
  CHECK(from_rfc3339("9999-12-31T23:59:59Z"));
  const auto now = floor<milliseconds>(system_clock::now());
  CHECK(from_rfc3339(to_rfc3339(now)) == now);
}

TEST_CASE("what is no point in time is not read as one") {
  for (auto text :
       {"", "2026", "2026-06-01", "2026-06-01T12:00", "2026-06-01T12:00:00", "2026-02-30T12:00:00Z",
        "2026-13-01T12:00:00Z", "2026-06-01T24:00:00Z", "2026-06-01T12:60:00Z",
        "2026-06-01T12:00:61Z", "2026-06-01T12:00:00.Z", "2026-06-01T12:00:00+25:00",
        "2026-06-01T12:00:00+0200", "2026-06-01T12:00:00Zx", "+026-06-01T12:00:00Z",
        "2026-6-1T12:00:00Z", " 2026-06-01T12:00:00Z"}) {
    CAPTURE(text);
    CHECK_FALSE(from_rfc3339(text));
  }
}

} // namespace wamp
