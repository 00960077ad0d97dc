#include <wamp/actors/cluster/node_end.hpp>

#include <doctest/doctest.h>

using namespace wamp;

namespace {

node_end small_end() {
  return node_end{{.window = 100}};
}

} // namespace

TEST_CASE("an end is full when what the other has not handled reaches the window") {
  auto end = small_end();
  CHECK_FALSE(end.is_full());
  end.add(std::string(60, 'x'));
  CHECK_FALSE(end.is_full());
  end.add(std::string(500, 'x')); // one may always be on its way, however large
  CHECK(end.is_full());
  CHECK(end.take_batch().size() == 2);
  CHECK(end.is_full()); // sent is not handled
  CHECK(end.receive(0, 60));
  CHECK(end.is_full());
  CHECK(end.receive(0, 560));
  CHECK_FALSE(end.is_full());
}

TEST_CASE("an end has news when something is to be sent, or a quarter window was handled") {
  auto end = small_end();
  CHECK_FALSE(end.has_news());
  CHECK(end.receive(24, 0));
  CHECK_FALSE(end.has_news());
  CHECK(end.receive(1, 0));
  CHECK(end.has_news());
  CHECK(end.handled() == 25);
  CHECK_FALSE(end.has_news());
  end.add("x");
  CHECK(end.has_news());
}

TEST_CASE("nobody can have handled what was not sent, nor less than before") {
  auto end = small_end();
  CHECK_FALSE(end.receive(0, 1));
  end.add(std::string(10, 'x'));
  CHECK(end.receive(0, 10));
  CHECK_FALSE(end.receive(0, 9));
}

TEST_CASE("an end that is silent for more than three beats is given up") {
  auto end = small_end();
  for (int beat = 0; beat < 3; ++beat)
    CHECK(end.on_beat());
  CHECK(end.receive(0, 0)); // a sign of life
  for (int beat = 0; beat < 3; ++beat)
    CHECK(end.on_beat());
  CHECK_FALSE(end.on_beat());
}
