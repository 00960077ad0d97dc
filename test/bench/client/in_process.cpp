// What calls and events cost between clients in one process, beside what CAF itself costs there:
// round trips of bare requests, and bare messages.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/test/bench/client/benches.hpp>
#include <wamp/test/bench/client/measuring.hpp>

#include <atomic>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wamp::bench {

namespace {

// -- CAF alone ------------------------------------------------------------------------------------

using echo_actor = caf::typed_actor<caf::replies_to<int>::with<int>>;
using start_atom = caf::atom_constant<caf::atom("start")>;

echo_actor::behavior_type echo() {
  return {[](int x) { return x; }};
}

/// Keeps `width` requests on their way until `count` are answered.
struct asker {
  caf::event_based_actor* self;
  echo_actor to;
  int left_to_send;
  int left_to_come;
  gate* done;

  void ask() {
    if (left_to_send-- > 0)
      self->request(to, caf::infinite, 1).then([this](int) {
        ask();
        if (--left_to_come == 0) {
          done->open();
          self->quit();
        }
      });
  }
};

void round_trips(caf::actor_system& system, int count, int width) {
  auto to = system.spawn(echo);
  gate done;
  system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    auto state = std::make_shared<asker>(asker{self, to, count, count, &done});
    self->send(self, start_atom::value);
    return {[state, width](start_atom) {
      for (int i = 0; i < width; ++i)
        state->ask();
    }};
  });
  done.wait();
  caf::anon_send_exit(to, caf::exit_reason::user_shutdown);
}

void bare_sends(caf::actor_system& system, int count) {
  gate done;
  auto counter = system.spawn([&done, left = count](caf::event_based_actor* self) -> caf::behavior {
    auto n = std::make_shared<int>(left);
    return {[self, n, &done](int) {
      if (--*n == 0) {
        done.open();
        self->quit();
      }
    }};
  });
  for (int i = 0; i < count; ++i)
    caf::anon_send(counter, i);
  done.wait();
}

// -- clients --------------------------------------------------------------------------------------

struct realm {
  router_actor router;
  client one;
  client other;

  explicit realm(caf::actor_system& system)
      : router(spawn_router(system, settings())),
        one(system, {.realm = "realm1"}, router),
        other(system, {.realm = "realm1"}, router) {
    one.joined().get();
    other.joined().get();
  }
  ~realm() { caf::anon_send_exit(router, caf::exit_reason::user_shutdown); }
  realm(const realm&) = delete;
  realm& operator=(const realm&) = delete;

  static realm_settings settings() {
    realm_settings s;
    s.name = "realm1";
    return s;
  }
};

/// Keeps `width` calls on their way until `count` are answered.
class caller {
public:
  caller(client& c, int count, int width) : client_(c), left_to_send_(count), left_to_come_(count) {
    for (int i = 0; i < width; ++i)
      call();
    done_.wait();
  }

private:
  void call() {
    if (left_to_send_-- > 0)
      client_.call("com.example.echo", 1).then([this](const auto& answer) {
        if (!answer)
          std::abort();
        call();
        if (--left_to_come_ == 0)
          done_.open();
      });
  }

  client& client_;
  std::atomic<int> left_to_send_;
  std::atomic<int> left_to_come_;
  gate done_;
};

void calls(realm& r, int count, int width) {
  caller{r.one, count, width};
}

/// In bursts that the subscriber has confirmed before the next.
void publications(realm& r, int count, int burst) {
  std::atomic<int> left{0};
  std::function<void()> all_came;
  auto topic = r.other.subscribe("com.example.topic", [&](int) {
    if (--left == 0)
      all_came();
  });
  topic.confirmed().get();
  for (int i = 0; i < count; i += burst) {
    gate done;
    all_came = [&] { done.open(); };
    left = burst;
    for (int j = 0; j < burst; ++j)
      r.one.publish("com.example.topic", j);
    done.wait();
  }
}

/// The same number of each in turn, so that the machine's mood is the same for both.
figure compare(
    const std::string& name, int rounds, int count, const std::function<void(int)>& ours,
    int floor_count, const std::function<void(int)>& floor) {
  std::vector<double> all;
  std::vector<double> floors;
  ours(count / 10);
  floor(floor_count / 10);
  for (int round = 0; round < rounds; ++round) {
    floors.push_back(cost_of(floor_count, floor));
    all.push_back(cost_of(count, ours));
  }
  return {name, "us", median(all), median(floors)};
}

} // namespace

std::vector<figure> measure_in_process(int rounds) {
  caf::actor_system_config config;
  // One worker: what is measured is the work, not what threads wait for each other.
  config.set("scheduler.max-threads", 1);
  caf::actor_system system{config};
  realm r{system};
  auto echo = r.other.register_("com.example.echo", [](int x) { return x; });
  echo.confirmed().get();
  return {
      compare(
          "in process: call, 1 outstanding", rounds, 50'000, [&](int n) { calls(r, n, 1); },
          200'000, [&](int n) { round_trips(system, n, 1); }),
      compare(
          "in process: call, 32 outstanding", rounds, 100'000, [&](int n) { calls(r, n, 32); },
          400'000, [&](int n) { round_trips(system, n, 32); }),
      compare(
          "in process: event", rounds, 200'000, [&](int n) { publications(r, n, 1000); }, 1'000'000,
          [&](int n) { bare_sends(system, n); }),
  };
}

} // namespace wamp::bench
