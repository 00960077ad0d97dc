#include <wamp/actors/client/node_way.hpp>
#include <wamp/actors/cluster/nodes.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/transport/tcp_knock.hpp>

#include <caf/io/all.hpp>
#include <caf/openssl/all.hpp>

#include <utility>

namespace wamp {

namespace {

/// Whoever connects to nodes: over TLS if the system has that.
caf::io::middleman_actor connecting_actor(caf::actor_system& system) {
  return system.has_openssl_manager() ? system.openssl_manager().actor_handle()
                                      : system.middleman().actor_handle();
}

std::string text_of(const node_address& at) {
  return at.host + ":" + std::to_string(at.port);
}

} // namespace

node_way::node_way(client_actor::pointer self, std::shared_ptr<client_line> line, remote_node to)
    : self_(self), line_(std::move(line)), to_(std::move(to)), end_(to_.link) {}

/// `f(core)`, in a turn of the client's own, unless another attempt has begun meanwhile.
template <class F>
void node_way::tell(std::uint64_t generation, F f) {
  line_->post([this, generation, f = std::move(f)](client_core& core) {
    if (generation == generation_)
      f(core);
  });
}

void node_way::fail(std::uint64_t generation, const std::string& why) {
  tell(generation, [why](client_core& core) { core.connection_lost(why); });
}

void node_way::open(client_core&) {
  close();
  end_ = node_end{to_.link};
  const auto generation = generation_;
  if (!self_->system().has_middleman())
    return fail(generation, "this system knows no nodes: use_nodes() its configuration");
  if (to_.addresses.empty())
    return fail(generation, "no address of a node is given");
  knock_at(generation, to_.addresses[next_++ % to_.addresses.size()]);
}

/// CAF connects for all clients of a system one after the other, and waits at an address that does
/// not answer for as long as the kernel does. So it is only told to where somebody has answered.
void node_way::knock_at(std::uint64_t generation, const node_address& at) {
  self_->system().spawn<caf::detached>([this, line = line_, generation, at,
                                        patience = to_.connect_timeout](caf::event_based_actor*) {
    auto answer = knock(at.host, at.port, patience);
    line->post([=, this](client_core& core) { // from here on, `this` is there
      if (generation != generation_)
        return;
      if (answer)
        connect_to(generation, at);
      else
        core.connection_lost(
            "can not connect to the node at " + text_of(at) + ": " + answer.error());
    });
  });
}

void node_way::connect_to(std::uint64_t generation, const node_address& at) {
  const auto where = text_of(at);
  self_
      ->request(
          connecting_actor(self_->system()), to_.connect_timeout, caf::connect_atom::value, at.host,
          at.port)
      .then(
          [=, this](
              const caf::node_id&, const caf::strong_actor_ptr& found,
              const std::set<std::string>& speaks) {
            if (!found)
              fail(generation, "nothing is published at " + where);
            else if (!self_->system().assignable<directory_actor>(speaks))
              fail(generation, "what is published at " + where + " is no directory of realms");
            else if (generation == generation_)
              enter(generation, caf::actor_cast<directory_actor>(found));
          },
          [=, this](const caf::error& e) {
            fail(
                generation,
                "can not connect to the node at " + where + ": " + self_->system().render(e));
          });
}

void node_way::enter(std::uint64_t generation, const directory_actor& directory) {
  self_
      ->request(
          directory, to_.connect_timeout, enter_atom::value, node_peer_actor{client_actor{self_}},
          static_cast<std::uint64_t>(to_.link.beat.count()))
      .then(
          [=, this](const node_peer_actor& session) {
            tell(generation, [=, this](client_core& core) { adopt(session, core); });
          },
          [=, this](const caf::error& e) {
            fail(generation, "the node's directory does not answer: " + self_->system().render(e));
          });
}

void node_way::adopt(const node_peer_actor& session, client_core& core) {
  session_ = session;
  self_->monitor(session_);
  await_beat();
  core.connected();
}

router_link::sent node_way::send(message&& m) {
  if (!session_)
    return sent::yes;
  if (end_.is_full())
    return sent::full;
  end_.add(encode(format::msgpack, m));
  return sent::yes;
}

void node_way::flush() {
  if (session_ && end_.has_news())
    transmit(false);
}

void node_way::transmit(bool last) {
  auto batch = end_.take_batch();
  self_->send(session_, node_frames{std::move(batch), end_.handled(), last});
}

void node_way::close() {
  ++generation_;
  if (!session_)
    return;
  transmit(true);
  self_->demonitor(session_.address());
  session_ = nullptr;
}

void node_way::on_frames(const node_frames& f, client_core& core) {
  std::size_t bytes = 0;
  for (auto& text : f.messages)
    bytes += text.size();
  if (!end_.receive(bytes, f.handled))
    return core.connection_lost("the session has handled what it was never sent");
  const auto generation = generation_;
  for (auto& text : f.messages) {
    if (auto m = decode(format::msgpack, slice{text}, {}))
      core.receive(std::move(*m));
    else
      core.receive(m.error());
    if (generation != generation_)
      return; // it was the session's end
  }
}

void node_way::on_down(const caf::down_msg& m, client_core& core) {
  if (!session_ || m.source != session_.address())
    return;
  ++generation_;
  session_ = nullptr;
  core.connection_lost("the session on the other node ended, or its node was lost");
}

void node_way::await_beat() {
  self_->delayed_send(self_, to_.link.beat, beat_atom::value, generation_);
}

void node_way::on_beat(std::uint64_t generation, client_core& core) {
  if (generation != generation_)
    return;
  if (!end_.on_beat()) {
    close();
    return core.connection_lost("the other node has fallen silent");
  }
  transmit(false);
  await_beat();
}

} // namespace wamp
