// Clients through sockets: a gateway of ours, every transport and format, over loopback.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/seen.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;

namespace {

struct fixture {
  caf::actor_system_config config;
  caf::actor_system system{config};
  io_thread server;
  io_thread clients;
  std::string path =
      std::filesystem::temp_directory_path() / ("wamp-client-test-" + std::to_string(getpid()));
  std::unique_ptr<gateway> router;
  std::uint16_t port = 0;

  fixture() {
    server.run();
    clients.run();
    open();
  }
  ~fixture() { router.reset(); }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;

  void open() {
    gateway_settings s;
    s.listeners.resize(2);
    s.listeners[0].address.host = "127.0.0.1";
    s.listeners[0].address.port = port;
    s.listeners[1].address.type = listen_address::kind::local;
    s.listeners[1].address.path = path;
    s.realms.push_back(test::test_realm());
    auto opened = gateway::open(system, {&server}, std::move(s));
    REQUIRE(opened.has_value());
    router = std::move(*opened);
    port = router->local_addresses().front().port;
  }

  remote_router at(const std::string& url, format f = format::json) {
    remote_router r;
    r.thread = &clients;
    r.urls.push_back(*router_url::parse(url));
    r.options.formats = {f};
    return r;
  }
  std::string websocket() const { return "ws://127.0.0.1:" + std::to_string(port) + "/ws"; }

  static client_settings settings() {
    client_settings s;
    s.realm = "realm1";
    s.reconnect.first = 1ms;
    s.reconnect.most = 20ms;
    return s;
  }
  template <class T>
  static T answer_of(const pending<T>& p) {
    auto a = p.await_for(10s);
    REQUIRE(a.has_value());
    REQUIRE(a->has_value());
    return std::move(**a);
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "large arguments pass, and too large ones are refused") {
  client c{system, settings(), at(websocket())};
  answer_of(c.joined());
  auto echo = c.register_("a.echo", [](const arguments& in) { return in; });
  answer_of(echo.confirmed());
  const std::string large(3U << 20U, 'x');
  CHECK(c.call("a.echo", large).get<std::string>() == large);
  client raw{system, settings(), at("unix:" + path, format::msgpack)};
  answer_of(raw.joined());
  const auto no = raw.call("a.echo", std::string(17U << 20U, 'x')).await_for(10s);
  REQUIRE(no.has_value());
  REQUIRE_FALSE(no->has_value());
  CHECK(no->error().uri == uris::payload_size_exceeded);
}

TEST_CASE_FIXTURE(fixture, "events of many megabytes wait for a slow handler") {
  seen<int> numbers;
  client publisher{system, settings(), at(websocket())};
  client subscriber{system, settings(), at(websocket(), format::cbor)};
  answer_of(subscriber.joined());
  answer_of(publisher.joined());
  auto s = subscriber.subscribe("a.topic", [&](int n, const std::string&) { numbers.add(n); });
  answer_of(s.confirmed());
  const std::string ballast(100'000, 'x');
  for (int i = 0; i < 200; ++i)
    answer_of(publisher.ack_publish("a.topic", i, ballast));
  for (int i = 0; i < 200; ++i)
    REQUIRE(numbers.take() == i);
}

TEST_CASE_FIXTURE(fixture, "a gateway that ends and comes again finds its clients again") {
  seen<client_status> changes;
  auto s = settings();
  s.on_status = [&](const client_status& now) { changes.add(now); };
  int served = 0;
  client c{system, s, at(websocket())};
  c.procedure("a.b", [&] { return ++served; });
  for (int round = 1; round <= 10; ++round) {
    while (changes.take().state != client_state::joined) {
    }
    client other{system, settings(), at("unix:" + path)};
    answer_of(other.joined());
    auto a = other.call("a.b").await();
    while (!a)
      a = other.call("a.b").await();
    CHECK(a->args.values().args == list{round});
    router.reset();
    CHECK(changes.take().state == client_state::disconnected);
    open();
  }
}

TEST_CASE_FIXTURE(fixture, "a client goes on to the next URL") {
  seen<client_status> changes;
  auto s = settings();
  s.on_status = [&](const client_status& now) { changes.add(now); };
  auto where = at("tcp://127.0.0.1:1");
  where.urls.push_back(*router_url::parse(websocket()));
  client c{system, s, where};
  const auto failed = changes.take();
  CHECK(failed.state == client_state::disconnected);
  CHECK(failed.reason == uris::network_failure);
  CHECK(failed.text.find("refused") != std::string::npos);
  answer_of(c.joined());
}

TEST_CASE_FIXTURE(fixture, "a client gives up when it was told to") {
  auto s = settings();
  s.reconnect.max_attempts = 2;
  client c{system, s, at("tcp://127.0.0.1:1")};
  const auto no = c.joined().await_for(10s);
  REQUIRE(no.has_value());
  REQUIRE_FALSE(no->has_value());
  CHECK(no->error().uri == uris::network_failure);
}

TEST_CASE_FIXTURE(fixture, "an unknown realm is told") {
  seen<client_status> changes;
  auto s = settings();
  s.realm = "nowhere";
  s.on_status = [&](const client_status& now) { changes.add(now); };
  client c{system, s, at(websocket())};
  const auto failed = changes.take();
  CHECK(failed.state == client_state::disconnected);
  CHECK(failed.reason == uris::no_such_realm);
}
