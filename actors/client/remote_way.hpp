// A client's way to a router anywhere: through a socket, by one URL after the other. Made by
// spawn_client(). Spec: "Transports" (basic profile).
#pragma once

#include <wamp/actors/client/client_line.hpp>
#include <wamp/actors/client/router_way.hpp>
#include <wamp/transport/connector.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

/// Where a router is, and how to connect.
struct remote_router {
  /// Serves the sockets; must outlive the client's actor. Any number of clients may share it.
  io_thread* thread = nullptr;
  /// Tried in turn, one at each attempt; see router_url::parse(). At least one.
  std::vector<router_url> urls = {};
  connector_options options = {};
};

class remote_way : public router_way {
public:
  remote_way(std::shared_ptr<client_line> client, remote_router to);
  ~remote_way() override;
  remote_way(const remote_way&) = delete;
  remote_way& operator=(const remote_way&) = delete;

  void open(client_core& core) override;
  sent send(message&& m) override;
  void close() override;
  const channel_bindings* channel() const override { return channel_ ? &*channel_ : nullptr; }

  /// What has come and was not handled yet: when it is too much, the socket is not read.
  struct backlog {
    std::atomic<std::size_t> bytes{0};
    std::atomic<bool> paused{false};
  };

private:
  void adopt(std::shared_ptr<connection> made, client_core& core);

  std::shared_ptr<client_line> client_;
  remote_router to_;
  std::size_t next_url_ = 0;
  /// Which attempt, or connection, is the current one: news of others is void.
  std::shared_ptr<std::uint64_t> generation_ = std::make_shared<std::uint64_t>(0);
  std::unique_ptr<connector> attempt_;
  std::shared_ptr<connection> connection_;
  std::optional<channel_bindings> channel_; ///< of that
};

} // namespace wamp
