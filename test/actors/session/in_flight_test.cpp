// What is counted as on its way, by receipts that are copied, moved and dropped.
#include <wamp/actors/session/in_flight.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <vector>

using namespace wamp;

TEST_CASE("what is added and what is sent count until the receipt has gone") {
  in_flight f;
  CHECK_FALSE(f.is_full());
  f.add(in_flight::bound - 1);
  CHECK_FALSE(f.is_full());
  std::optional first = f.take_receipt();
  CHECK_FALSE(f.is_full());
  f.add(1);
  CHECK(f.is_full());
  std::optional second = f.take_receipt();
  CHECK(f.is_full());
  second.reset();
  CHECK_FALSE(f.is_full());
  f.add(in_flight::bound); // one may always be on its way
  CHECK(f.is_full());
  first.reset();
  CHECK(f.is_full());
  f.take_receipt();
  CHECK_FALSE(f.is_full());
}

TEST_CASE("a receipt may be copied, moved and assigned, and outlive what it came from") {
  std::vector<receipt> kept;
  {
    in_flight f;
    f.add(in_flight::bound / 2);
    auto first = f.take_receipt();
    auto copy = first;
    CHECK(f.is_full());
    auto moved = std::move(copy);
    CHECK(f.is_full());
    moved = receipt{};
    CHECK_FALSE(f.is_full());
    moved = first;
    CHECK(f.is_full());
    moved = std::move(first);
    CHECK_FALSE(f.is_full());
    kept.push_back(moved);
    kept.push_back(moved);
    CHECK(f.is_full());
  }
  kept.clear();
}
