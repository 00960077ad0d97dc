#include <wamp/actors/client/local_way.hpp>
#include <wamp/actors/session/session_actor.hpp>

#include <utility>

namespace wamp {

local_way::local_way(client_actor::pointer self, entrance_actor entrance)
    : self_(self), entrance_(std::move(entrance)) {
  self_->monitor(entrance_);
}

void local_way::open(client_core& core) {
  close();
  session_ = spawn_session(self_->home_system(), entrance_, peer_actor{client_actor{self_}});
  last_session_ = session_.address();
  self_->monitor(session_);
  core.connected();
}

router_link::sent local_way::send(message&& m) {
  if (!session_)
    return sent::yes;
  if (batch_.empty())
    batch_.reserve(last_size_); // most turns are like the one before
  batch_.push_back(std::move(m));
  if (batch_.size() == max_batch)
    flush();
  return sent::yes;
}

void local_way::flush() {
  if (batch_.empty())
    return;
  last_size_ = batch_.size();
  caf::anon_send(session_, client_batch{std::exchange(batch_, {})});
}

void local_way::close() {
  flush();
  if (session_)
    caf::anon_send(
        std::exchange(session_, nullptr), link_event{link_event::what::closed, "the client left"});
}

void local_way::on_down(const caf::down_msg& m, client_core& core) {
  if (m.source == entrance_.address()) {
    core.connection_lost("the router ended");
    core.stop(uris::network_failure); // an actor that ended does not come again
  } else if (m.source == last_session_) {
    core.connection_lost("the session ended");
  }
}

} // namespace wamp
