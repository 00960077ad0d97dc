#include <wamp/actors/client/set_up_queue.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace wamp;

namespace {

struct fixture {
  set_up_queue<int> queue;
  std::vector<int> asked;

  void go_on() {
    queue.go_on([this](int key) {
      queue.asked();
      asked.push_back(key);
    });
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "a part is asked for at once, the others as answers come") {
  for (int i = 0; i < 300; ++i)
    queue.add(i);
  go_on();
  CHECK(asked.size() == 256);
  go_on();
  CHECK(asked.size() == 256);
  queue.answered();
  go_on();
  CHECK(asked.size() == 257);
  CHECK(asked.back() == 256);
  queue.clear();
  go_on();
  CHECK(asked.size() == 257);
}

TEST_CASE_FIXTURE(fixture, "what can not be asked just now waits for the next answer") {
  queue.add(1);
  queue.add(2);
  int tries = 0;
  const auto refused = [&](int key) {
    ++tries;
    queue.asked();
    queue.answered(); // at once: it was not sent
    queue.add(key);
    queue.go_on([](int) { FAIL("from inside"); });
  };
  queue.go_on(refused);
  CHECK(tries == 2);
  go_on();
  CHECK(asked == std::vector{1, 2});
}
