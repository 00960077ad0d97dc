// What a client does must not depend on its way to the router: one suite for all of them, within
// the process, through every kind of socket in every format, and across CAF nodes.
#include <wamp/actors/client/client.hpp>
#include <wamp/actors/cluster/nodes.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/actors/subscriber/subscriber_actor.hpp>
#include <wamp/test/support/recorder.hpp>
#include <wamp/test/support/seen.hpp>

#include <caf/io/all.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace wamp;
using namespace std::chrono_literals;
using wamp::test::seen;

namespace {

struct node_config : caf::actor_system_config {
  node_config() { use_nodes(*this); }
};

/// A gateway's system, and another one for the clients of other nodes.
struct fixture {
  node_config config;
  caf::actor_system system{config};
  node_config far_config;
  caf::actor_system far_system{far_config};
  io_thread server;
  io_thread clients;
  std::string path =
      std::filesystem::temp_directory_path() / ("wamp-every-way-test-" + std::to_string(getpid()));
  std::unique_ptr<gateway> router;
  directory_actor directory;
  std::uint16_t node_port = 0;

  using maker = std::function<std::unique_ptr<client>(client_settings)>;
  struct way {
    std::string name;
    maker make;
  };
  std::vector<way> ways;

  fixture() {
    server.run();
    clients.run();
    gateway_settings s;
    s.listeners.resize(2);
    s.listeners[0].address.host = "127.0.0.1";
    s.listeners[0].address.port = 0;
    s.listeners[1].address.type = listen_address::kind::local;
    s.listeners[1].address.path = path;
    s.realms.push_back(test::test_realm());
    auto opened = gateway::open(system, {&server}, std::move(s));
    REQUIRE(opened.has_value());
    router = std::move(*opened);
    directory = spawn_directory(system, router->actor());
    auto bound = publish_directory(directory, 0, "127.0.0.1");
    REQUIRE(bound.has_value());
    node_port = *bound;
    list_ways();
  }
  ~fixture() {
    caf::anon_send_exit(directory, caf::exit_reason::user_shutdown);
    router.reset();
  }
  fixture(const fixture&) = delete;
  fixture& operator=(const fixture&) = delete;

  void list_ways() {
    ways.push_back({"in process", [this](client_settings s) {
                      return std::make_unique<client>(
                          system, std::move(s), entrance_actor{router->actor()});
                    }});
    ways.push_back({"across nodes", [this](client_settings s) {
                      return std::make_unique<client>(
                          far_system, std::move(s), remote_node{{{"127.0.0.1", node_port}}});
                    }});
    const auto port = std::to_string(router->local_addresses().front().port);
    auto add = [this](const std::string& url, format f, bool batched) {
      auto name = url + " " + std::string{name_of(f)} + (batched ? ", batched" : "");
      ways.push_back({name, [=, this](client_settings s) {
                        remote_router at;
                        at.thread = &clients;
                        at.urls.push_back(*router_url::parse(url));
                        at.options.formats = {f};
                        at.options.batched = batched;
                        return std::make_unique<client>(system, std::move(s), at);
                      }});
    };
    const auto websocket = "ws://127.0.0.1:" + port + "/ws";
    for (auto f : all_formats) {
      for (auto& url : {websocket, "tcp://127.0.0.1:" + port, "unix:" + path, "unix+ws:" + path})
        add(url, f, false);
      add(websocket, f, true);
    }
  }

  static client_settings settings() {
    client_settings s;
    s.realm = "realm1";
    s.reconnect.first = 1ms;
    return s;
  }
  static std::unique_ptr<client> join(const way& by) {
    auto c = by.make(settings());
    answer_of(c->joined());
    return c;
  }
  template <class T>
  static T answer_of(const pending<T>& p) {
    auto a = p.await_for(20s);
    REQUIRE(a.has_value());
    REQUIRE(a->has_value());
    return std::move(**a);
  }
  template <class T>
  static std::string error_of(const pending<T>& p) {
    auto a = p.await_for(20s);
    REQUIRE(a.has_value());
    REQUIRE_FALSE(a->has_value());
    return a->error().uri;
  }
};

} // namespace

TEST_CASE_FIXTURE(fixture, "every way: procedures answer with values, errors, and later") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<responder> open;
    auto callee = join(w);
    auto caller = join(w);
    auto add = callee->register_("a.add", [](int a, int b) { return a + b; });
    auto fails = callee->register_("a.fails", [](int n) {
      throw wamp_error{"a.failure", {n}, {{"more", "text"}}};
    });
    auto later =
        callee->register_("a.later", [&](const invocation&, responder to) { open.add(to); });
    auto all = callee->register_("a.echo", [](const arguments& in) { return in; });
    answer_of(all.confirmed());
    CHECK(caller->call("a.add", 1, 2).get<int>() == 3);
    const auto failed = caller->call("a.fails", 7).await();
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().uri == "a.failure");
    CHECK(failed.error().args.values() == arguments{{7}, {{"more", "text"}}});
    auto waits = caller->call("a.later");
    open.take().result(make_payload("done"));
    CHECK(waits.get<std::string>() == "done");
    CHECK(error_of(caller->call("a.nothing")) == uris::no_such_procedure);
    CHECK(error_of(caller->call("a.add", "x")) == uris::invalid_argument);
    const arguments rich{
        {1, -1.5, "text", true, nullptr, list{1, list{}}, dict{{"k", list{"v"}}}}, {{"kw", 1}}};
    CHECK(
        caller
            ->call(
                "a.echo", 1, -1.5, "text", true, nullptr, list{1, list{}}, dict{{"k", list{"v"}}},
                kwargs{{"kw", 1}})
            .get<arguments>()
        == rich);
    const std::string large(2U << 20U, 'x');
    CHECK(caller->call("a.echo", large).get<std::string>() == large);
  }
}

TEST_CASE_FIXTURE(fixture, "every way: many calls at once keep their answers apart") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    auto c = join(w);
    auto square = c->register_("a.square", [](int n) { return n * n; });
    answer_of(square.confirmed());
    std::vector<outgoing_call> calls;
    for (int n = 0; n < 500; ++n)
      calls.push_back(c->call("a.square", n));
    for (int n = 0; n < 500; ++n)
      CHECK(calls[static_cast<std::size_t>(n)].get<int>() == n * n);
  }
}

TEST_CASE_FIXTURE(fixture, "every way: a call is canceled, and its callee told") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<responder> open;
    auto c = join(w);
    auto s = c->register_("a.slow", [&](const invocation&, responder to) { open.add(to); });
    answer_of(s.confirmed());
    auto call = c->call("a.slow");
    auto to = open.take();
    call.cancel(cancel_mode::kill);
    auto echo = c->register_("a.echo", [] {});
    answer_of(echo.confirmed());
    answer_of<result>(c->call("a.echo")); // the INTERRUPT has come before it
    CHECK(to.interrupted());
    to.fail("a.stopped");
    CHECK(error_of(call) == "a.stopped");
    auto gone = c->call("a.slow");
    gone.cancel(cancel_mode::killnowait);
    CHECK(error_of(gone) == uris::canceled);
    auto timed = c->call({"a.slow", {{"timeout", 1}}});
    CHECK(error_of(timed) == uris::timeout);
  }
}

TEST_CASE_FIXTURE(fixture, "every way: events come in order, to everybody but their publisher") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<int> heard;
    seen<int> own;
    auto subscriber = join(w);
    auto publisher = join(w);
    auto a = subscriber->subscribe("a.topic", [&](int n) { heard.add(n); });
    auto b = publisher->subscribe("a.topic", [&](int n) { own.add(n); });
    answer_of(a.confirmed());
    answer_of(b.confirmed());
    for (int n = 0; n < 300; ++n)
      publisher->publish("a.topic", n);
    CHECK(
        answer_of(publisher->ack_publish({"a.topic", {{"exclude_me", false}}}, 300))
            .publication.value()
        > 0);
    for (int n = 0; n <= 300; ++n)
      CHECK(heard.take() == n);
    CHECK(own.take() == 300);
    CHECK(error_of(publisher->ack_publish("not..a topic", 1)) == uris::invalid_uri);
    a.end();
    answer_of(subscriber->ack_publish("a.nobody"));
    answer_of(publisher->ack_publish("a.topic", 301));
    CHECK(heard.empty());
  }
}

TEST_CASE_FIXTURE(fixture, "every way: actors subscribe, serve and call through a client") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<int> heard;
    auto c = join(w);
    auto& home = c->actor()->home_system();
    auto s = spawn_subscriber(home, c->actor(), "a.topic", [&](int n) { heard.add(n); });
    while (heard.empty())
      answer_of(c->ack_publish({"a.topic", {{"exclude_me", false}}}, 5));
    CHECK(heard.take() == 5);
    caf::scoped_actor self{home};
    std::string error_uri;
    self->request(c->actor(), 20s, call{{}, {}, "a.nothing", {}})
        .receive(
            [](const result&) {},
            [&](const caf::error& e) {
              if (auto ours = wamp_error_of(e))
                error_uri = ours->uri;
            });
    CHECK(error_uri == uris::no_such_procedure);
    caf::anon_send_exit(s.actor, caf::exit_reason::user_shutdown);
  }
}

TEST_CASE_FIXTURE(fixture, "every way: an unknown realm, and the end of the router, are told") {
  for (auto& w : ways) {
    CAPTURE(w.name);
    seen<client_status> changes;
    auto s = settings();
    s.realm = "nowhere";
    s.reconnect.first = 1h;
    s.on_status = [&](const client_status& now) { changes.add(now); };
    auto c = w.make(s);
    const auto failed = changes.take();
    CHECK(failed.state == client_state::disconnected);
    CHECK(failed.reason == uris::no_such_realm);
  }
  std::vector<std::unique_ptr<client>> all;
  std::vector<std::unique_ptr<seen<client_status>>> changes;
  for (auto& w : ways) {
    changes.push_back(std::make_unique<seen<client_status>>());
    auto s = settings();
    s.reconnect.first = 1h;
    s.on_status = [to = changes.back().get()](const client_status& now) { to->add(now); };
    all.push_back(w.make(s));
    CHECK(changes.back()->take().state == client_state::joined);
  }
  router->stop(2s);
  for (std::size_t i = 0; i < ways.size(); ++i) {
    CAPTURE(ways[i].name);
    const auto over = changes[i]->take();
    CHECK(over.state == client_state::disconnected);
    CHECK(over.reason == uris::system_shutdown);
    CHECK(error_of(all[i]->call("a.b")) == uris::network_failure);
  }
}
