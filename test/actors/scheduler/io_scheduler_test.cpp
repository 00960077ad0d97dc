// CAF on the sockets' threads: nothing is lost, everybody stays at home, timers fire, sockets get
// their turn, and the system ends cleanly. And a realm at work on each scheduler that a program
// may bring.
#include <wamp/actors/overloaded.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/actors/scheduler/io_scheduler.hpp>
#include <wamp/test/support/peer.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/transport/io_thread.hpp>

#include <caf/io/all.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <future>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

using namespace wamp;
using namespace wamp::test;

namespace {

constexpr auto long_enough = std::chrono::seconds{60};

/// An actor system on io threads of its own.
struct io_system {
  std::list<io_thread> threads;
  struct config : caf::actor_system_config {
    explicit config(std::list<io_thread>& threads) {
      std::vector<io_thread*> all;
      for (auto& t : threads)
        all.push_back(&t);
      use_io_scheduler(*this, all);
    }
  } settings;
  caf::actor_system actors;

  explicit io_system(std::size_t count = 1) : threads(count), settings(threads), actors(settings) {}

  io_thread& thread() { return threads.front(); }
};

constexpr std::size_t thread_counts[]{1, 2, 4};

/// A callee that answers each call with its own arguments.
peer_actor::behavior_type echo(
    peer_actor::pointer, const std::shared_ptr<std::promise<void>>& ready,
    const std::shared_ptr<session_actor>& session) {
  return {[=](session_batch& batch) {
    for (auto& m : messages_of(batch))
      std::visit(
          overloaded{
              [&](const welcome&) {
                caf::anon_send(*session, batch_of(register_{request_id{1}, {}, "com.echo"}));
              },
              [&](const registered&) { ready->set_value(); },
              [&](const invocation& i) {
                caf::anon_send(*session, batch_of(yield{i.request, {}, i.args}));
              },
              [](const auto&) {},
          },
          m);
  }};
}

/// A caller that counts 1, 2, 3, ... through the callee and back, one call after the other.
peer_actor::behavior_type counter(
    peer_actor::pointer, std::int64_t last, const std::shared_ptr<std::promise<bool>>& done,
    const std::shared_ptr<session_actor>& session) {
  auto ask = [=](std::int64_t n) {
    caf::anon_send(
        *session, batch_of(call{
                      request_id{static_cast<std::uint64_t>(n)},
                      {},
                      "com.echo",
                      payload::native({{value{n}}, {}})}));
  };
  return {[=](session_batch& batch) {
    for (auto& m : messages_of(batch))
      std::visit(
          overloaded{
              [&](const welcome&) { ask(1); },
              [&](const result& r) {
                auto n = static_cast<std::int64_t>(r.request.value());
                if (r.args.values().args != list{value{n}})
                  done->set_value(false);
                else if (n == last)
                  done->set_value(true);
                else
                  ask(n + 1);
              },
              [&](const auto&) { done->set_value(false); },
          },
          m);
  }};
}

void join_with(
    caf::actor_system& system, const router_actor& router, const peer_actor& peer,
    const std::shared_ptr<session_actor>& session) {
  *session = spawn_session(system, router, peer);
  caf::anon_send(*session, batch_of(hello{"realm1", {{"roles", dict{{"caller", dict{}}}}}}));
}

/// Callers at work in a realm, on whatever scheduler the system has.
void work_in_a_realm(caf::actor_system& system) {
  auto router = spawn_router(system, test_realm());
  std::vector<peer_actor> peers;
  auto ready = std::make_shared<std::promise<void>>();
  auto callee_session = std::make_shared<session_actor>();
  peers.push_back(system.spawn(echo, ready, callee_session));
  join_with(system, router, peers.back(), callee_session);
  REQUIRE(ready->get_future().wait_for(long_enough) == std::future_status::ready);
  std::vector<std::future<bool>> results;
  std::vector<std::shared_ptr<session_actor>> sessions;
  for (int n = 0; n < 8; ++n) {
    auto done = std::make_shared<std::promise<bool>>();
    results.push_back(done->get_future());
    sessions.push_back(std::make_shared<session_actor>());
    peers.push_back(system.spawn(counter, std::int64_t{200}, done, sessions.back()));
    join_with(system, router, peers.back(), sessions.back());
  }
  for (auto& r : results) {
    REQUIRE(r.wait_for(long_enough) == std::future_status::ready);
    CHECK(r.get());
  }
  for (auto& p : peers)
    caf::anon_send_exit(p, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(router, caf::exit_reason::user_shutdown);
  *callee_session = nullptr;
  for (auto& s : sessions)
    *s = nullptr;
}

} // namespace

TEST_CASE("a realm works on the sockets' threads") {
  for (auto count : thread_counts) {
    io_system system{count};
    work_in_a_realm(system.actors);
  }
}

TEST_CASE("a realm works on CAF's own schedulers") {
  caf::actor_system_config config;
  SUBCASE("stealing") {
    config.set("scheduler.policy", caf::atom("stealing"));
  }
  SUBCASE("sharing") {
    config.set("scheduler.policy", caf::atom("sharing"));
  }
  config.set("scheduler.max-threads", std::size_t{4});
  caf::actor_system system{config};
  work_in_a_realm(system);
}

TEST_CASE("messages from many threads all arrive, in the order of each thread") {
  constexpr int threads = 4;
  constexpr int messages = 5000;
  for (auto count : thread_counts) {
    std::atomic<int> arrived{0};
    std::atomic<bool> in_order{true};
    {
      io_system system{count};
      auto receiver = system.actors.spawn([&](caf::event_based_actor* self) -> caf::behavior {
        auto next = std::make_shared<std::array<int, threads>>();
        return {[=, &arrived, &in_order](int thread, int n) {
          auto& expected = (*next)[static_cast<std::size_t>(thread)];
          if (n != expected++)
            in_order = false;
          if (++arrived == threads * messages)
            self->quit();
        }};
      });
      std::vector<std::thread> senders;
      for (int t = 0; t < threads; ++t)
        senders.emplace_back([=] {
          for (int n = 0; n < messages; ++n)
            caf::anon_send(receiver, t, n);
        });
      for (auto& s : senders)
        s.join();
    } // the system's end waits for the receiver's
    CHECK(arrived == threads * messages);
    CHECK(in_order);
  }
}

TEST_CASE(
    "an actor runs on one thread only, whoever sends to it, and messages of a pair stay in order") {
  constexpr std::size_t actors = 12;
  constexpr int rounds = 300;
  for (auto count : thread_counts) {
    std::atomic<int> moved{0};
    std::atomic<int> disordered{0};
    std::atomic<std::size_t> done{0};
    std::mutex homes_mutex;
    std::set<std::thread::id> homes;
    auto all = std::make_shared<std::vector<caf::actor>>();
    {
      io_system system{count};
      // Each sends each of the others 0, 1, 2, ...
      for (std::size_t me = 0; me < actors; ++me)
        all->push_back(system.actors.spawn([&, me](caf::event_based_actor* self) -> caf::behavior {
          auto home = std::this_thread::get_id();
          {
            std::lock_guard lock{homes_mutex};
            homes.insert(home);
          }
          auto expected = std::make_shared<std::array<int, actors>>();
          auto missing = std::make_shared<std::size_t>(actors * rounds);
          return {
              [=, &moved](const std::string&) {
                moved += home == std::this_thread::get_id() ? 0 : 1;
                for (int n = 0; n < rounds; ++n)
                  for (auto& other : *all)
                    self->send(other, me, n);
              },
              [=, &moved, &disordered, &done](std::size_t from, int n) {
                moved += home == std::this_thread::get_id() ? 0 : 1;
                disordered += (*expected)[from]++ == n ? 0 : 1;
                if (--*missing == 0) {
                  ++done;
                  self->quit();
                }
              },
          };
        }));
      for (auto& a : *all)
        caf::anon_send(a, std::string{"go"});
      system.actors.await_all_actors_done();
      all->clear();
    }
    CHECK(moved == 0);
    CHECK(disordered == 0);
    CHECK(done == actors);
    CHECK(homes.size() == count);
  }
}

TEST_CASE("an actor may be spawned to live on a given thread") {
  io_system system{3};
  for (auto& thread : system.threads) {
    std::promise<caf::execution_unit*> home;
    std::promise<std::thread::id> ran;
    thread.post([&] { home.set_value(this_threads_home()); });
    caf::actor_config where{home.get_future().get()};
    REQUIRE(where.host != nullptr);
    auto body = [&](caf::event_based_actor*) { ran.set_value(std::this_thread::get_id()); };
    system.actors.spawn_functor(std::true_type{}, where, body);
    auto result = ran.get_future().get();
    std::promise<std::thread::id> there;
    thread.post([&] { there.set_value(std::this_thread::get_id()); });
    CHECK(result == there.get_future().get());
  }
  CHECK(this_threads_home() == nullptr);
}

TEST_CASE("a system's end loses no message, however the threads stop") {
  // An actor that dies tells the next on another thread, which dies in turn: the last ones' last
  // messages are sent while the system ends.
  for (auto count : thread_counts)
    for (int round = 0; round < 50; ++round) {
      std::atomic<int> handled{0};
      {
        io_system system{count};
        caf::actor next;
        for (int n = 0; n < 20; ++n)
          next = system.actors.spawn([&, next](caf::event_based_actor* self) -> caf::behavior {
            return {[=, &handled](int hops) {
              ++handled;
              if (next)
                self->send(next, hops + 1);
              self->quit();
            }};
          });
        caf::anon_send(next, 0);
      }
      CHECK(handled == 20);
    }
}

TEST_CASE("CAF's middleman works beside it") {
  struct config : caf::actor_system_config {
    explicit config(io_thread& thread) {
      use_io_scheduler(*this, {&thread});
      load<caf::io::middleman>();
    }
  };
  io_thread server_thread;
  io_thread client_thread;
  config server_settings{server_thread};
  config client_settings{client_thread};
  caf::actor_system server{server_settings};
  caf::actor_system client{client_settings};
  auto doubler = server.spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](int n) { return 2 * n; }}; });
  auto port = server.middleman().publish(doubler, 0, "127.0.0.1");
  REQUIRE(port);
  auto remote = client.middleman().remote_actor("127.0.0.1", *port);
  REQUIRE(remote);
  std::promise<int> sum;
  client.spawn([&, remote = *remote](caf::event_based_actor* self) {
    auto total = std::make_shared<int>(0);
    for (int n = 1; n <= 10; ++n)
      self->request(remote, caf::infinite, n).then([=, &sum](int doubled) {
        *total += doubled;
        if (doubled == 20)
          sum.set_value(*total);
      });
  });
  auto result = sum.get_future();
  REQUIRE(result.wait_for(long_enough) == std::future_status::ready);
  CHECK(result.get() == 110);
  caf::anon_send_exit(doubler, caf::exit_reason::user_shutdown);
}

TEST_CASE("actors run on the io thread, timers included") {
  std::promise<std::pair<std::thread::id, std::thread::id>> ran;
  std::promise<std::thread::id> sockets;
  io_system system;
  system.thread().post([&] { sockets.set_value(std::this_thread::get_id()); });
  system.actors.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, std::chrono::milliseconds{1}, std::string{"tick"});
    auto first = std::this_thread::get_id();
    return {[=, &ran](const std::string&) {
      ran.set_value({first, std::this_thread::get_id()});
      self->quit();
    }};
  });
  auto result = ran.get_future();
  REQUIRE(result.wait_for(long_enough) == std::future_status::ready);
  auto thread = sockets.get_future().get();
  auto seen = result.get();
  CHECK(seen.first == thread);
  CHECK(seen.second == thread);
}

TEST_CASE(
    "timers fire in the order of their times, and those of an actor that ended do not matter") {
  for (auto count : thread_counts) {
    io_system system{count};
    std::promise<std::vector<int>> seen;
    system.actors.spawn([&](caf::event_based_actor* self) -> caf::behavior {
      auto order = std::make_shared<std::vector<int>>();
      for (int n : {30, 10, 1, 20})
        self->delayed_send(self, std::chrono::milliseconds{n}, n);
      return {[=, &seen](int n) {
        order->push_back(n);
        if (order->size() == 4) {
          seen.set_value(*order);
          self->quit();
        }
      }};
    });
    // Ends with a timer set, again and again.
    for (int n = 0; n < 100; ++n)
      system.actors.spawn([](caf::event_based_actor* self) {
        self->delayed_send(self, std::chrono::milliseconds{2}, 1);
        self->quit();
      });
    auto result = seen.get_future();
    REQUIRE(result.wait_for(long_enough) == std::future_status::ready);
    CHECK(result.get() == std::vector<int>{1, 10, 20, 30});
  }
}

TEST_CASE("requests with a time limit and detached actors work") {
  io_system system;
  auto slow = system.actors.spawn<caf::detached>([](caf::event_based_actor* self) -> caf::behavior {
    return {[=](int n) {
      self->quit();
      return n + 1;
    }};
  });
  auto mute = system.actors.spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {[=](int) { return self->make_response_promise(); }};
  });
  caf::scoped_actor self{system.actors};
  self->request(slow, long_enough, 1)
      .receive([](int n) { CHECK(n == 2); }, [](const caf::error&) { FAIL("no answer"); });
  self->request(mute, std::chrono::milliseconds{1}, 1)
      .receive(
          [](int) { FAIL("an answer"); },
          [](const caf::error& e) { CHECK(e == caf::sec::request_timeout); });
  caf::anon_send_exit(mute, caf::exit_reason::kill);
}

TEST_CASE("actors that always have something to do do not starve the sockets") {
  std::promise<void> turns;
  std::function<void(int)> turn; // outlives the system, whose thread may still be inside
  io_system system;
  auto busy = system.actors.spawn([](caf::event_based_actor* self) -> caf::behavior {
    self->send(self, 0);
    return {[=](int n) { self->send(self, n + 1); }};
  });
  turn = [&](int left) {
    if (left == 0)
      turns.set_value();
    else
      system.thread().post([&turn, left] { turn(left - 1); });
  };
  turn(100);
  CHECK(turns.get_future().wait_for(long_enough) == std::future_status::ready);
  caf::anon_send_exit(busy, caf::exit_reason::kill);
}
