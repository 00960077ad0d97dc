// A client's way to a router in the same actor system: a session of its own, which takes messages
// as they are, those of one turn as one batch. Made by spawn_client().
#pragma once

#include <wamp/actors/client/client_actor.hpp>
#include <wamp/actors/client/router_way.hpp>

#include <vector>

namespace wamp {

class local_way : public router_way {
public:
  local_way(client_actor::pointer self, entrance_actor entrance);

  void open(client_core& core) override;
  sent send(message&& m) override;
  void flush() override;
  void close() override;
  bool is_from(const caf::strong_actor_ptr& sender) const override { return sender == session_; }
  void on_down(const caf::down_msg& m, client_core& core) override;

private:
  client_actor::pointer self_;
  entrance_actor entrance_;
  session_actor session_;
  std::vector<message> batch_;
  std::size_t last_size_ = 1;
  caf::actor_addr last_session_; ///< stays when that is closed
};

} // namespace wamp
