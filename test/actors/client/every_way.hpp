// Every way to a router: within the process, through every kind of socket in every format, and
// across CAF nodes.
#pragma once

#include <wamp/actors/client/client.hpp>
#include <wamp/actors/cluster/nodes.hpp>
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/test/support/recorder.hpp>

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

namespace wamp::test {

struct node_config : caf::actor_system_config {
  node_config() { use_nodes(*this); }
};

/// A gateway's system, and another one for the clients of other nodes.
struct every_way {
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

  explicit every_way(realm_settings realm = test_realm()) {
    server.run();
    clients.run();
    gateway_settings s;
    s.listeners.resize(2);
    s.listeners[0].address.host = "127.0.0.1";
    s.listeners[0].address.port = 0;
    s.listeners[1].address.type = listen_address::kind::local;
    s.listeners[1].address.path = path;
    s.realms.push_back(std::move(realm));
    auto opened = gateway::open(system, {&server}, std::move(s));
    REQUIRE(opened.has_value());
    router = std::move(*opened);
    directory = spawn_directory(system, router->actor());
    auto bound = publish_directory(directory, 0, "127.0.0.1");
    REQUIRE(bound.has_value());
    node_port = *bound;
    list_ways();
  }
  ~every_way() {
    caf::anon_send_exit(directory, caf::exit_reason::user_shutdown);
    router.reset();
  }
  every_way(const every_way&) = delete;
  every_way& operator=(const every_way&) = delete;

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
    s.reconnect.first = std::chrono::milliseconds{1};
    return s;
  }
  static std::unique_ptr<client> join(const way& by) {
    auto c = by.make(settings());
    answer_of(c->joined());
    return c;
  }
  template <class T>
  static T answer_of(const pending<T>& p) {
    auto a = p.await_for(std::chrono::seconds{20});
    REQUIRE(a.has_value());
    REQUIRE(a->has_value());
    return std::move(**a);
  }
  template <class T>
  static std::string error_of(const pending<T>& p) {
    auto a = p.await_for(std::chrono::seconds{20});
    REQUIRE(a.has_value());
    REQUIRE_FALSE(a->has_value());
    return a->error().uri;
  }
};

} // namespace wamp::test
