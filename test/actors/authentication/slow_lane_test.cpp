// What takes long is done in its order, on a thread of its own, and not without bound.
#include <wamp/actors/authentication/slow_lane.hpp>
#include <wamp/test/support/seen.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <thread>

using namespace wamp;
using wamp::test::seen;

TEST_CASE("slow work is done in order, and not by who asks for it") {
  seen<int> done;
  seen<std::thread::id> by;
  slow_lane lane;
  for (int i = 0; i < 10; ++i)
    CHECK(lane.run([&, i] {
      done.add(i);
      by.add(std::this_thread::get_id());
    }));
  const auto worker = by.take();
  CHECK(worker != std::this_thread::get_id());
  for (int i = 0; i < 10; ++i)
    CHECK(done.take() == i);
  for (int i = 1; i < 10; ++i)
    CHECK(by.take() == worker);
}

TEST_CASE("no more than so much may wait, and there is room again when it is done") {
  seen<int> begun;
  seen<int> may_end;
  slow_lane lane{2};
  const auto work = [&] {
    begun.add(1);
    may_end.take();
  };
  REQUIRE(lane.run(work));
  begun.take(); // it does not wait any more
  CHECK(lane.run(work));
  CHECK(lane.run(work));
  CHECK_FALSE(lane.run(work));
  may_end.add(1);
  begun.take();
  CHECK(lane.run(work));
  for (int i = 0; i < 3; ++i)
    may_end.add(1);
}

TEST_CASE("work that nobody wants any more takes no turn and no place") {
  seen<int> begun;
  seen<int> may_end;
  seen<int> done;
  slow_lane lane{2};
  lane.run([&] {
    begun.add(1);
    may_end.take();
  });
  begun.take();
  std::atomic_bool is_wanted{true};
  const auto run = [&](int i) {
    return lane.run([&, i] { done.add(i); }, [&, i] { return i != 1 || is_wanted; });
  };
  CHECK(run(1));
  CHECK(run(2));
  CHECK_FALSE(run(3));
  is_wanted = false;
  SUBCASE("a place") {
    CHECK(run(3));
    may_end.add(1);
    CHECK(done.take() == 2);
    CHECK(done.take() == 3);
  }
  SUBCASE("a turn") {
    may_end.add(1);
    CHECK(done.take() == 2);
  }
}

TEST_CASE("work that throws does not end the others") {
  seen<int> done;
  slow_lane lane;
  lane.run([] { throw std::runtime_error{"out of memory"}; });
  lane.run([&] { done.add(1); });
  CHECK(done.take() == 1);
}

TEST_CASE("what still waits at the end is destroyed") {
  seen<int> begun;
  seen<int> may_end;
  auto held = std::make_shared<int>(0);
  auto lane = std::make_unique<slow_lane>();
  lane->run([&] {
    begun.add(1);
    may_end.take();
  });
  begun.take();
  lane->run([held] { ++*held; });
  std::thread ends{[&] { lane.reset(); }};
  may_end.add(1);
  ends.join();
  CHECK(held.use_count() == 1);
}

TEST_CASE("work may hold the last of the lane that does it") {
  const auto may_end = std::make_shared<seen<int>>();
  const auto ended = std::make_shared<seen<int>>();
  auto lane = std::make_shared<slow_lane>();
  lane->run([may_end, ended, lane]() mutable {
    may_end->take();
    lane.reset();
    ended->add(1);
  });
  lane.reset();
  may_end->add(1);
  CHECK(ended->take() == 1);
}
