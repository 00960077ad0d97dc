// The loop of one thread: posts, alarms, descriptors and the ends of turns.
#include <wamp/transport/event_loop.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace wamp;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

namespace {

/// A loop on a thread of its own.
struct running {
  int turns = 0; ///< ends of turns; on the loop's thread
  event_loop loop{[this] { ++turns; }};
  std::thread thread{[this] { loop.run(); }};

  ~running() {
    loop.stop();
    thread.join();
  }

  /// `f()` on the loop's thread.
  template <class F>
  auto ask(F f) {
    std::packaged_task<decltype(f())()> task{std::move(f)};
    auto answer = task.get_future();
    loop.post(std::move(task));
    return answer.get();
  }
};

struct socket_pair {
  int ends[2];
  socket_pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0); }
  ~socket_pair() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  void put(std::string_view s) const { REQUIRE(::write(ends[1], s.data(), s.size()) > 0); }
};

struct counting : watcher {
  std::function<void(std::uint32_t)> react;
  int calls = 0;
  void on_ready(std::uint32_t events) override {
    ++calls;
    if (react)
      react(events);
  }
};

} // namespace

TEST_CASE("what is posted runs on the loop's thread, in order, and never inside post()") {
  running r;
  std::vector<int> order;
  for (int n = 0; n < 1000; ++n)
    r.loop.post([&order, n] { order.push_back(n); });
  auto inside = r.ask([&] {
    bool ran = false;
    r.loop.post([&] { ran = true; });
    return ran;
  });
  CHECK_FALSE(inside);
  CHECK(r.ask([&] { return r.loop.in_this_thread(); }));
  CHECK_FALSE(r.loop.in_this_thread());
  REQUIRE(order.size() == 1000);
  CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("a posted function may be one that cannot be copied") {
  running r;
  auto p = std::make_unique<int>(7);
  std::promise<int> got;
  r.loop.post([p = std::move(p), &got] { got.set_value(*p); });
  CHECK(got.get_future().get() == 7);
}

TEST_CASE("alarms sound in their order, not early, and not when cancelled") {
  std::promise<std::vector<int>> result;
  std::vector<int> order;
  auto start = clock_type::now();
  bool early = false;
  running r;
  r.ask([&] {
    for (int n : {30, 1, 20, 10})
      r.loop.call_at(start + n * 1ms, [&, n] {
        early = early || clock_type::now() < start + n * 1ms;
        order.push_back(n);
        if (n == 30)
          result.set_value(order);
      });
    // The earliest of all, so that the clock is set to one that is not there any more.
    auto never = r.loop.call_at(start, [&] { order.push_back(0); });
    r.loop.cancel(never);
    return true;
  });
  CHECK(result.get_future().get() == std::vector<int>{1, 10, 20, 30});
  CHECK_FALSE(early);
}

TEST_CASE("an alarm may set the next one") {
  std::promise<void> done;
  std::function<void(int)> next;
  running r; // ends before what it calls
  next = [&](int left) {
    if (left == 0)
      return done.set_value();
    r.loop.call_at(clock_type::now(), [&, left] { next(left - 1); });
  };
  r.loop.post([&] { next(50); });
  done.get_future().get();
}

TEST_CASE("a descriptor is reported while there is something, and only while it is watched") {
  socket_pair s;
  counting w;
  running r; // ends before what it calls
  std::promise<void> three;
  w.react = [&](std::uint32_t events) {
    CHECK(events == EPOLLIN);
    // Left there twice: level-triggered.
    if (w.calls == 3) {
      r.loop.watch(w, s.ends[0], EPOLLIN, 0);
      three.set_value();
    }
  };
  r.ask([&] { return r.loop.watch(w, s.ends[0], 0, EPOLLIN); });
  s.put("x");
  three.get_future().get();
  r.ask([] { return 0; });
  CHECK(r.ask([&] { return w.calls; }) == 3);
  std::promise<void> writable;
  w.react = [&](std::uint32_t events) {
    CHECK(events == (EPOLLIN | EPOLLOUT));
    r.loop.watch(w, s.ends[0], EPOLLIN | EPOLLOUT, 0);
    writable.set_value();
  };
  r.ask([&] { return r.loop.watch(w, s.ends[0], 0, EPOLLIN | EPOLLOUT); });
  writable.get_future().get();
  CHECK(r.ask([&] {
    return r.loop.watch(w, 1'000'000, 0, EPOLLIN);
  }) == std::error_code(EBADF, std::system_category()));
}

TEST_CASE("who was forgotten is not called, even when both were ready in the same turn") {
  socket_pair a;
  socket_pair b;
  counting first;
  counting second;
  running r; // ends before what it calls
  // Whichever comes first forgets and closes the other.
  auto forget = [&](counting& self, int own, counting& other, int& fd) {
    return [&r, &self, own, &other, &fd](std::uint32_t) {
      r.loop.watch(self, own, EPOLLIN, 0);
      r.loop.forget(other);
      ::close(std::exchange(fd, -1));
    };
  };
  first.react = forget(first, a.ends[0], second, b.ends[0]);
  second.react = forget(second, b.ends[0], first, a.ends[0]);
  r.ask([&] {
    a.put("x");
    b.put("x");
    r.loop.watch(first, a.ends[0], 0, EPOLLIN);
    r.loop.watch(second, b.ends[0], 0, EPOLLIN);
    return true;
  });
  while (r.ask([&] { return first.calls + second.calls; }) == 0)
    std::this_thread::yield();
  r.ask([] { return 0; });
  CHECK(r.ask([&] { return first.calls + second.calls; }) == 1);
}

TEST_CASE("a turn ends once, behind all that was ready in it, and only when somebody asks") {
  running r;
  auto before = r.ask([&] { return r.turns; });
  r.ask([] { return 0; });
  CHECK(r.ask([&] { return r.turns; }) == before);
  auto inside = r.ask([&] {
    r.loop.end_turn_soon();
    r.loop.end_turn_soon();
    return r.turns;
  });
  CHECK(inside == before);
  CHECK(r.ask([&] { return r.turns; }) == before + 1);
}

TEST_CASE("stop() from anywhere, also before run()") {
  event_loop loop{[] {}};
  loop.stop();
  loop.run();
  loop.post([&] { loop.stop(); });
  loop.run();
  int ran = 0;
  loop.post([&] { ++ran; });
  CHECK(loop.run_posted());
  CHECK_FALSE(loop.run_posted());
  CHECK(ran == 1);
}
