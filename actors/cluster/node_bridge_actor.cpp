#include <wamp/actors/cluster/node_bridge_actor.hpp>
#include <wamp/actors/delivery.hpp>
#include <wamp/actors/session/actor_link.hpp>
#include <wamp/actors/session/session_actor.hpp>
#include <wamp/serialization/codec.hpp>

#include <utility>

namespace wamp {

namespace {

using bridge_actor = node_peer_actor::extend<
    caf::reacts_to<session_batch>, // from the session
    caf::reacts_to<beat_atom>>;    // from itself

/// A client of another node: it is no actor of this process, though its bridge is.
peer_ref remote_peer() {
  auto facts = std::make_shared<peer_facts>();
  facts->transport = "node";
  return facts;
}

class bridge_state {
public:
  static constexpr const char* name = "wamp.bridge";

  explicit bridge_state(bridge_actor::pointer self) : self_(self) {}

  bridge_actor::behavior_type start(
      const entrance_actor& entrance, node_peer_actor client, const node_link_settings& settings) {
    client_ = std::move(client);
    beat_ = settings.beat;
    end_.emplace(settings);
    session_ = spawn_session(
        self_->system(), entrance, [peer = peer_actor{bridge_actor{self_}}](const auto& session) {
          return std::make_unique<actor_link>(session, peer, remote_peer());
        });
    self_->monitor(session_);
    self_->monitor(client_);
    self_->set_down_handler([this](const caf::down_msg&) { quit(); });
    log_what_ends(self_, name);
    await_beat();
    return {
        [this](const node_frames& f) { on_frames(f); },
        [this](const session_batch& b) { on_batch(b); },
        [this](beat_atom) { on_beat(); },
    };
  }

private:
  void on_frames(const node_frames& f) {
    std::size_t bytes = 0;
    client_batch batch;
    for (auto& text : f.messages) {
      bytes += text.size();
      auto m = decode(format::msgpack, slice{text}, {});
      if (!m)
        return give_up(m.error().to_string());
      batch.messages.push_back(std::move(*m));
    }
    if (!end_->receive(bytes, f.handled))
      return give_up("the client has handled what it was never sent");
    if (!batch.messages.empty())
      caf::anon_send(session_, std::move(batch));
    if (f.last)
      caf::anon_send(session_, link_event{link_event::what::closed, "the client left"});
    else if (end_->has_news())
      send();
  }

  /// The session says why, and ends.
  void give_up(const std::string& why) {
    caf::anon_send(session_, link_event{link_event::what::violation, why});
  }

  void on_batch(const session_batch& b) {
    for (auto& m : b.messages) {
      if (auto event = std::get_if<event_ref>(&m)) {
        if (!end_->is_full())
          end_->add(std::string{(*event)->encoded(format::msgpack).view()});
        else if (++lost_ == 1) // as on a socket that nobody reads
          logger()->warn("a client on another node is too slow: it loses events");
      } else if (!end_->is_full()) {
        end_->add(encode(format::msgpack, std::get<message>(m)));
      } else {
        // Answers are never dropped silently: the client loses its session instead.
        logger()->warn("a client on another node does not take its answers: it is let go");
        return quit();
      }
    }
    send();
  }

  void on_beat() {
    if (!end_->on_beat())
      return quit();
    send();
    await_beat();
  }

  void quit() {
    if (lost_ > 0)
      logger()->warn("a client on another node has lost {} events", lost_);
    self_->demonitor(client_.address()); // or its proxy would remember us
    self_->quit();
  }

  void await_beat() { self_->delayed_send(self_, beat_, beat_atom::value); }

  void send() {
    auto batch = end_->take_batch();
    self_->send(client_, node_frames{std::move(batch), end_->handled(), false});
  }

  bridge_actor::pointer self_;
  node_peer_actor client_;
  session_actor session_;
  std::chrono::milliseconds beat_{0};
  std::optional<node_end> end_;
  std::uint64_t lost_ = 0; ///< events
};

bridge_actor::behavior_type bridge_behavior(
    bridge_actor::stateful_pointer<bridge_state> self, const entrance_actor& entrance,
    const node_peer_actor& client, const node_link_settings& settings) {
  return self->state.start(entrance, client, settings);
}

} // namespace

node_peer_actor spawn_node_bridge(
    caf::actor_system& system, const entrance_actor& entrance, const node_peer_actor& client,
    const node_link_settings& settings) {
  return system.spawn(bridge_behavior, entrance, client, settings);
}

} // namespace wamp
