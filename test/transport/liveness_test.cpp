// Pings and their timeouts with a clock of our own.
#include <wamp/transport/liveness.hpp>

#include <doctest/doctest.h>

using namespace wamp;
using namespace std::chrono_literals;
using verdict = liveness::verdict;

namespace {

struct watched {
  liveness l;
  liveness::time_point now{};
  std::chrono::seconds interval = 10s;

  verdict after(std::chrono::seconds s, bool reading = true) {
    now += s;
    return l.check(now, reading, interval, 5s);
  }
};

} // namespace

TEST_CASE("a silent peer is pinged, and given up if it stays silent") {
  watched w;
  CHECK(w.after(0s) == verdict::fine);
  CHECK(w.after(9s) == verdict::fine);
  CHECK(w.after(1s) == verdict::send_ping);
  CHECK(w.after(4s) == verdict::fine);
  CHECK(w.after(1s) == verdict::dead);
}

TEST_CASE("any byte is life") {
  watched w;
  w.after(0s);
  CHECK(w.after(10s) == verdict::send_ping);
  w.l.on_life();
  CHECK(w.after(20s) == verdict::fine);
  CHECK(w.after(9s) == verdict::fine);
  CHECK(w.after(1s) == verdict::send_ping);
}

TEST_CASE("silence says nothing while nobody reads, and a fresh period begins then") {
  watched w;
  w.after(0s);
  CHECK(w.after(10s) == verdict::send_ping);
  CHECK(w.after(100s, false) == verdict::fine);
  CHECK(w.after(100s, false) == verdict::fine);
  w.l.on_life(); // as at resume
  CHECK(w.after(9s) == verdict::fine);
  CHECK(w.after(9s) == verdict::fine);
  CHECK(w.after(1s) == verdict::send_ping);
}

TEST_CASE("an interval of zero turns pings off") {
  watched w;
  w.interval = 0s;
  CHECK(w.after(0s) == verdict::fine);
  CHECK(w.after(1000s) == verdict::fine);
  CHECK(w.after(1000s) == verdict::fine);
}
