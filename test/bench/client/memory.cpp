#include <wamp/actors/client/client.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/actors/session/session_actor.hpp>
#include <wamp/test/bench/client/benches.hpp>
#include <wamp/test/bench/client/measuring.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <sys/wait.h>

namespace wamp::bench {

namespace {

constexpr int count = 10'000;

/// The least that a peer can be: says HELLO, counts the WELCOMEs, forgets the rest.
peer_actor::behavior_type least_peer(peer_actor::pointer, std::atomic<int>* joined, gate* all) {
  return {[=](const session_batch&) {
    if (++*joined == count)
      all->open();
  }};
}

/// KiB that each session with the least peer takes.
double least(caf::actor_system& system, const router_actor& router) {
  std::atomic<int> joined{0};
  gate all;
  std::vector<peer_actor> peers;
  peers.reserve(count);
  const auto before = allocated_kib();
  for (int i = 0; i < count; ++i) {
    peers.push_back(system.spawn(least_peer, &joined, &all));
    client_batch first;
    first.messages.emplace_back(hello{"realm1", {{"roles", dict{{"caller", dict{}}}}}});
    caf::anon_send(spawn_session(system, router, peers.back()), std::move(first));
  }
  all.wait();
  const auto after = allocated_kib();
  for (auto& p : peers)
    caf::anon_send_exit(p, caf::exit_reason::user_shutdown);
  return (after - before) / count;
}

/// KiB that each session with a client takes.
double with_client(caf::actor_system& system, const router_actor& router) {
  std::vector<std::unique_ptr<client>> clients;
  clients.reserve(count);
  const auto before = allocated_kib();
  for (int i = 0; i < count; ++i)
    clients.push_back(std::make_unique<client>(system, client_settings{.realm = "realm1"}, router));
  for (auto& c : clients)
    c->joined().get();
  return (allocated_kib() - before) / count;
}

template <class Measure>
double in_a_fresh_process(Measure measure) {
  int figures[2];
  if (pipe(figures) != 0)
    throw std::runtime_error{"no pipe"};
  const auto child = fork();
  if (child == 0) {
    caf::actor_system_config config;
    caf::actor_system system{config};
    realm_settings settings;
    settings.name = "realm1";
    const auto router = spawn_router(system, settings);
    const double figure = measure(system, router);
    _exit(write(figures[1], &figure, sizeof figure) == sizeof figure ? 0 : 1);
  }
  close(figures[1]);
  double figure = 0;
  if (read(figures[0], &figure, sizeof figure) != sizeof figure)
    throw std::runtime_error{"a process has failed"};
  waitpid(child, nullptr, 0);
  close(figures[0]);
  return figure;
}

} // namespace

std::vector<figure> measure_memory() {
  const auto floor = in_a_fresh_process(least);
  return {
      {"KiB per client beside its session, 10,000 of them", "KiB",
       in_a_fresh_process(with_client) - floor, 0},
      {"KiB per session in process, with the least peer", "KiB", floor, 0},
  };
}

} // namespace wamp::bench
