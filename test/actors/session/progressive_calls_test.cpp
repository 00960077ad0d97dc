// Which CALL is a part of a call that was begun before it.
#include <wamp/actors/session/progressive_calls.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using part = progressive_calls::part;

TEST_CASE("parts follow until one says that it is the last") {
  progressive_calls calls;
  CHECK(calls.empty());
  CHECK(calls.receive(request_id{1}, true) == part::none);
  calls.begin(request_id{1});
  CHECK_FALSE(calls.empty());
  CHECK(calls.receive(request_id{2}, true) == part::none);
  CHECK(calls.receive(request_id{1}, true) == part::next);
  CHECK(calls.receive(request_id{1}, false) == part::next);
  CHECK(calls.receive(request_id{1}, false) == part::none);
  calls.answered(request_id{1});
  CHECK(calls.empty());
}

TEST_CASE("parts that cross the answer are late, however many") {
  progressive_calls calls;
  calls.begin(request_id{1});
  calls.answered(request_id{1});
  calls.answered(request_id{1});
  for (bool more : {true, false, true})
    CHECK(calls.receive(request_id{1}, more) == part::late);
}

TEST_CASE("what is remembered is bounded: the oldest is forgotten first") {
  progressive_calls calls;
  for (std::uint64_t id = 1; id <= progressive_calls::grace + 1; ++id) {
    calls.begin(request_id{id});
    calls.answered(request_id{id});
  }
  CHECK(calls.receive(request_id{1}, false) == part::none);
  CHECK(calls.receive(request_id{2}, false) == part::late);
}
