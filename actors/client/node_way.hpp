// A client's way to a router on another CAF node: through that node's directory, which makes a
// session for it there. Messages cross as MessagePack, those of one turn as one batch. Made by
// spawn_client().
#pragma once

#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/client/client_line.hpp>
#include <wamp/actors/client/router_way.hpp>
#include <wamp/actors/cluster/node_end.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wamp {

/// Where a directory is published.
struct node_address {
  std::string host = {};
  std::uint16_t port = 0;
};

/// A router on another node. The client's system must have gone through use_nodes() as that node's.
struct remote_node {
  /// Tried in turn, one at each attempt. At least one.
  std::vector<node_address> addresses = {};
  node_link_settings link = {};
  /// From the name to the session.
  std::chrono::milliseconds connect_timeout{10'000};
};

class node_way : public router_way {
public:
  node_way(client_actor::pointer self, std::shared_ptr<client_line> line, remote_node to);

  void open(client_core& core) override;
  sent send(message&& m) override;
  void flush() override;
  void close() override;
  bool is_from(const caf::strong_actor_ptr& sender) const override { return sender == session_; }
  void on_down(const caf::down_msg& m, client_core& core) override;
  void on_frames(const node_frames& f, client_core& core) override;
  void on_beat(std::uint64_t generation, client_core& core) override;

private:
  template <class F>
  void tell(std::uint64_t generation, F f);
  void fail(std::uint64_t generation, const std::string& why);
  void knock_at(std::uint64_t generation, const node_address& at);
  void connect_to(std::uint64_t generation, const node_address& at);
  void enter(std::uint64_t generation, const directory_actor& directory);
  void adopt(const node_peer_actor& session, client_core& core);
  void transmit(bool last);
  void await_beat();

  client_actor::pointer self_;
  std::shared_ptr<client_line> line_;
  remote_node to_;
  std::size_t next_ = 0;
  std::uint64_t generation_ = 0; ///< of attempts and sessions: news of earlier ones is void
  node_peer_actor session_;
  node_end end_;
};

} // namespace wamp
