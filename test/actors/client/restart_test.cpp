// A router that is killed and started again, a hundred times, while its clients call, serve,
// publish and hear: within the process, and over sockets.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/actors/router/router_actor.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;

namespace {

constexpr int restarts = 100;
constexpr std::size_t crew = 4;
constexpr auto patience = 20s;

/// Makes the next client, wherever the router is.
using client_maker = std::function<std::unique_ptr<client>(std::size_t number, client_settings)>;

client_settings settings() {
  client_settings s;
  s.realm = "realm1";
  s.reconnect.first = 1ms;
  s.reconnect.most = 5ms;
  return s;
}

/// A client at work: calls its neighbour, publishes to all, serves and hears. What goes wrong is
/// counted, as doctest's checks are not for other threads.
class worker {
public:
  worker(std::size_t number, const client_maker& make) : number_(number) {
    auto s = settings();
    s.on_status = [this](const client_status& now) {
      if (now.state == client_state::joined)
        ++sessions_;
    };
    self_ = make(number, s);
    self_->procedure(procedure_of(number), [this](std::int64_t n) {
      ++served_;
      return n;
    });
    self_->channel("a.topic", [this](std::size_t from, std::int64_t n) {
      std::lock_guard lock{mutex_};
      ++heard_[{from, n}];
    });
  }

  static std::string procedure_of(std::size_t number) {
    return "a.procedure_" + std::to_string(number % crew);
  }

  void start() {
    thread_ = std::thread{[this] {
      while (!over_)
        work();
    }};
  }
  void stop() {
    over_ = true;
    if (thread_.joinable())
      thread_.join();
  }

  client& self() { return *self_; }
  std::uint64_t done() const { return done_; }
  std::uint64_t failed() const { return failed_; }
  std::uint64_t hanging() const { return hanging_; }
  std::uint64_t wrong() const { return wrong_; }
  int served() const { return served_; }
  int sessions() const { return sessions_; }

  int times_heard(std::size_t from, std::int64_t n) {
    std::lock_guard lock{mutex_};
    auto found = heard_.find({from, n});
    return found == heard_.end() ? 0 : found->second;
  }
  /// How often the publication that was heard most often was heard.
  int most_often() {
    std::lock_guard lock{mutex_};
    int most = 0;
    for (auto& [what, times] : heard_)
      most = std::max(most, times);
    return most;
  }
  std::int64_t next_number() { return ++number_of_publication_; }

private:
  void work() {
    const auto n = next_number();
    std::vector<outgoing_call> calls;
    for (int i = 0; i < 4; ++i)
      calls.push_back(self_->call(procedure_of(number_ + 1), n));
    const auto published = self_->ack_publish("a.topic", number_, n);
    self_->publish("a.topic", number_, next_number());
    bool good = true;
    for (const auto& call : calls)
      good = settle(call, [&](const result& r) { return r.args.values().args == list{n}; }) && good;
    good = settle(published, [](const auto&) { return true; }) && good;
    if (good)
      ++done_;
    else if (!over_)
      self_->joined().await_for(patience);
  }

  template <class T, class Check>
  bool settle(const pending<T>& p, Check is_right) {
    const auto a = p.await_for(patience);
    if (!a) {
      ++hanging_;
      return false;
    }
    if (!*a)
      ++failed_;
    else if (!is_right(**a))
      ++wrong_;
    return a->has_value();
  }

  const std::size_t number_;
  std::atomic<bool> over_{false};
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<std::uint64_t> hanging_{0};
  std::atomic<std::uint64_t> wrong_{0};
  std::atomic<int> served_{0};
  std::atomic<int> sessions_{0};
  std::atomic<std::int64_t> number_of_publication_{0};
  std::mutex mutex_;
  std::map<std::pair<std::size_t, std::int64_t>, int> heard_;
  std::thread thread_;
  std::unique_ptr<client> self_; // gone before what its handlers use
};

/// True as soon as it is.
template <class Predicate>
bool eventually(Predicate holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::yield();
  }
  return true;
}

/// The workers, and what must be true when the router has been restarted for the last time.
struct crew_of_clients {
  explicit crew_of_clients(const client_maker& make) {
    for (std::size_t i = 0; i < crew; ++i)
      all.push_back(std::make_unique<worker>(i, make));
  }
  ~crew_of_clients() {
    for (auto& w : all)
      w->stop();
  }
  crew_of_clients(const crew_of_clients&) = delete;
  crew_of_clients& operator=(const crew_of_clients&) = delete;

  /// Every client gets something done in the session that it is in.
  void works() {
    std::array<std::uint64_t, crew> before{};
    for (std::size_t i = 0; i < crew; ++i)
      before[i] = all[i]->done();
    for (std::size_t i = 0; i < crew; ++i)
      REQUIRE(eventually([&] { return all[i]->done() > before[i]; }));
  }

  void survives(const std::function<void(int)>& restart) {
    for (auto& w : all)
      w->start();
    works();
    for (int round = 0; round < restarts; ++round) {
      restart(round);
      if (round % 4 != 0) // now and then another comes before all are back
        works();
    }
    works();
    for (auto& w : all)
      w->stop();
    std::uint64_t failed = 0;
    for (auto& w : all) {
      CHECK(w->hanging() == 0);
      CHECK(w->wrong() == 0);
      CHECK(w->most_often() == 1); // nothing was sent twice
      CHECK(w->sessions() > restarts / 2);
      failed += w->failed();
    }
    CHECK(failed > 0); // there was something to survive
  }

  /// `guest`: one more client.
  void is_whole(client& guest) {
    REQUIRE(guest.joined().await_for(patience).has_value());
    for (std::size_t i = 0; i < crew; ++i) {
      // One registration, and one callee.
      auto second = guest.register_(worker::procedure_of(i), [](std::int64_t) { return -1; });
      const auto refused = second.confirmed().await_for(patience);
      REQUIRE(refused.has_value());
      REQUIRE_FALSE(refused->has_value());
      CHECK(refused->error().uri == uris::procedure_already_exists);
      const auto before = all[i]->served();
      for (std::int64_t n = 0; n < 10; ++n)
        CHECK(guest.call(worker::procedure_of(i), n).get<std::int64_t>() == n);
      CHECK(all[i]->served() == before + 10);
    }
    // Everybody hears everybody else: until then, the last session's SUBSCRIBEs may be on their
    // way.
    for (std::size_t from = 0; from < crew; ++from)
      REQUIRE(eventually([&] {
        const auto n = all[from]->next_number();
        REQUIRE(all[from]->self().ack_publish("a.topic", from, n).await_for(patience).has_value());
        return hear(from, n, 1);
      }));
    for (std::size_t from = 0; from < crew; ++from) {
      std::vector<std::int64_t> numbers;
      for (int i = 0; i < 20; ++i) {
        numbers.push_back(all[from]->next_number());
        all[from]->self().publish("a.topic", from, numbers.back());
      }
      for (auto n : numbers)
        CHECK(eventually([&] { return hear(from, n, 1); }));
    }
    for (auto& w : all)
      CHECK(w->most_often() == 1);
  }

  bool hear(std::size_t from, std::int64_t n, int times) {
    for (std::size_t to = 0; to < crew; ++to)
      if (to != from && all[to]->times_heard(from, n) != times)
        return false;
    return true;
  }

  std::vector<std::unique_ptr<worker>> all;
};

/// Lets sessions in to the router of the day.
class door {
public:
  explicit door(caf::actor_system& system) {
    // The actor may outlive this object by what it has still to do.
    way_in_ = system.spawn([s = state_](entrance_actor::pointer) -> entrance_actor::behavior_type {
      return {[s](const join_request& m) {
        std::lock_guard lock{s->mutex};
        if (s->router)
          caf::anon_send(s->router, m);
      }};
    });
  }
  ~door() {
    caf::anon_send_exit(open_to({}), caf::exit_reason::user_shutdown);
    caf::anon_send_exit(way_in_, caf::exit_reason::user_shutdown);
  }
  door(const door&) = delete;
  door& operator=(const door&) = delete;

  /// Returns the router that it led to before.
  router_actor open_to(router_actor next) {
    std::lock_guard lock{state_->mutex};
    return std::exchange(state_->router, std::move(next));
  }
  const entrance_actor& way_in() const { return way_in_; }

private:
  struct state {
    std::mutex mutex;
    router_actor router;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
  entrance_actor way_in_;
};

} // namespace

TEST_CASE("clients survive a hundred deaths of a router in their process") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  door entrance{system};
  entrance.open_to(spawn_router(system, test::test_realm()));
  crew_of_clients clients{[&](std::size_t, client_settings s) {
    return std::make_unique<client>(system, std::move(s), entrance.way_in());
  }};
  clients.survives([&](int round) {
    auto next = spawn_router(system, test::test_realm());
    auto old = entrance.open_to(std::move(next));
    if (round % 3 == 0)
      caf::anon_send(old, shut_down{std::string{uris::system_shutdown}}); // with GOODBYEs
    caf::anon_send_exit(
        old, round % 3 == 1 ? caf::exit_reason::kill : caf::exit_reason::user_shutdown);
  });
  client guest{system, settings(), entrance.way_in()};
  clients.is_whole(guest);
}

TEST_CASE("clients survive a hundred deaths of a router on sockets") {
  caf::actor_system_config config;
  caf::actor_system system{config};
  io_thread server;
  io_thread sockets;
  server.run();
  sockets.run();
  gateway_settings how;
  how.listeners.resize(2);
  how.listeners[0].address.host = "127.0.0.1";
  how.listeners[1].address.type = listen_address::kind::local;
  how.listeners[1].address.path =
      std::filesystem::temp_directory_path() / ("wamp-restart-test-" + std::to_string(getpid()));
  how.realms.push_back(test::test_realm());
  std::unique_ptr<gateway> router;
  const auto open = [&] {
    auto opened = gateway::open(system, {&server}, how);
    REQUIRE_MESSAGE(opened.has_value(), opened.error());
    router = std::move(*opened);
    how.listeners[0].address = router->local_addresses().front(); // the same port ever after
  };
  open();
  // Each client by another transport and format.
  const client_maker make = [&](std::size_t number, client_settings s) {
    const auto port = std::to_string(how.listeners[0].address.port);
    const auto& path = how.listeners[1].address.path;
    remote_router to;
    to.thread = &sockets;
    to.urls.push_back(*router_url::parse(std::vector<std::string>{
        "ws://127.0.0.1:" + port + "/ws", "tcp://127.0.0.1:" + port, "unix:" + path,
        "unix+ws:" + path}[number % 4]));
    to.options.formats = {all_formats[number % all_formats.size()]};
    return std::make_unique<client>(system, std::move(s), to);
  };
  {
    crew_of_clients clients{make};
    clients.survives([&](int round) {
      if (round % 3 == 0) // as when the machine dies: no GOODBYE
        server.close_connections(close_reason::network_error, 10s);
      router.reset();
      open();
    });
    auto guest = make(0, settings());
    clients.is_whole(*guest);
  }
  router.reset();
}
