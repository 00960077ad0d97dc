#include <wamp/actors/client/client.hpp>
#include <wamp/actors/scheduler/io_scheduler.hpp>
#include <wamp/test/bench/client/benches.hpp>
#include <wamp/test/bench/client/measuring.hpp>
#include <wamp/transport/io_thread.hpp>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <sys/wait.h>

namespace wamp::bench {

namespace {

constexpr int calls_per_round = 100'000;
constexpr int width = 32;

/// A client on one thread that serves both its socket and its actor.
struct socket_client {
  io_thread thread;
  struct config : caf::actor_system_config {
    explicit config(io_thread& t) { use_io_scheduler(*this, {&t}); }
  } settings{thread};
  caf::actor_system system{settings};
  wamp::client client;

  explicit socket_client(std::uint16_t port)
      : client(system, {.realm = "realm1"}, router_at(thread, port)) {
    client.joined().get();
  }

  static remote_router router_at(io_thread& thread, std::uint16_t port) {
    remote_router r;
    r.thread = &thread;
    r.urls.push_back(*router_url::parse("ws://127.0.0.1:" + std::to_string(port) + "/ws"));
    return r;
  }
};

/// Keeps `width` calls on their way until all are answered.
void call_all(client& c) {
  gate done;
  std::atomic<int> to_send{calls_per_round};
  std::atomic<int> to_come{calls_per_round};
  std::function<void()> call = [&] {
    if (to_send-- > 0)
      c.call("com.bench.add", 1, 2).then([&](const auto& answer) {
        if (!answer)
          std::abort();
        call();
        if (--to_come == 0)
          done.open();
      });
  };
  for (int i = 0; i < width; ++i)
    call();
  done.wait();
}

/// In a process of its own, without the parent's threads: it must be forked before they are made.
/// Does a round for each octet that comes from `begin`, and says on `end` that it is done.
[[noreturn]] void be_caller(std::uint16_t port, int begin, int end) {
  {
    char octet = 0;
    if (read(begin, &octet, 1) != 1)
      _exit(1);
    socket_client c{port};
    do {
      call_all(c.client);
      if (write(end, &octet, 1) != 1)
        break;
    } while (read(begin, &octet, 1) == 1);
  }
  _exit(0);
}

} // namespace

std::vector<figure> measure_callee(std::uint16_t port, int rounds) {
  int begin[2];
  int end[2];
  if (pipe(begin) != 0 || pipe(end) != 0)
    throw std::runtime_error{"no pipe"};
  const auto caller = fork();
  if (caller == 0) {
    close(begin[1]);
    be_caller(port, begin[0], end[1]);
  }
  close(begin[0]);
  close(end[1]);
  std::vector<double> all;
  {
    socket_client callee{port};
    auto add = callee.client.register_("com.bench.add", [](int a, int b) { return a + b; });
    add.confirmed().get();
    const auto round = [&] {
      char octet = 0;
      if (write(begin[1], &octet, 1) != 1 || read(end[0], &octet, 1) != 1)
        throw std::runtime_error{"the caller has failed"};
    };
    round(); // warms up
    for (int i = 0; i < rounds; ++i)
      all.push_back(cost_of(calls_per_round, [&](int) { round(); }));
  }
  close(begin[1]);
  waitpid(caller, nullptr, 0);
  return {{"callee over WebSocket: call, 32 outstanding", "us", median(all), 0}};
}

} // namespace wamp::bench
