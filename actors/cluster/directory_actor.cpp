#include <wamp/actors/cluster/node_bridge_actor.hpp>
#include <wamp/actors/cluster/nodes.hpp>
#include <wamp/actors/delivery.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace wamp {

namespace {

struct directory_state {
  static constexpr const char* name = "wamp.directory";
};

directory_actor::behavior_type directory_behavior(
    directory_actor::stateful_pointer<directory_state> self, const entrance_actor& entrance,
    const node_link_settings& settings) {
  log_what_ends(self, directory_state::name);
  return {[=](enter_atom, const node_peer_actor& client, std::uint64_t beat) {
    auto link = settings;
    constexpr std::uint64_t least = 10;
    constexpr std::uint64_t most = 3'600'000;
    link.beat = std::chrono::milliseconds{std::clamp(beat, least, most)};
    return spawn_node_bridge(self->system(), entrance, client, link);
  }};
}

} // namespace

directory_actor spawn_directory(
    caf::actor_system& system, entrance_actor entrance, const node_link_settings& settings) {
  return system.spawn(directory_behavior, std::move(entrance), settings);
}

} // namespace wamp
