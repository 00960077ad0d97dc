#include <wamp/actors/session/decoder_actor.hpp>

namespace wamp {

namespace {

decoder_actor::behavior_type decoder_behavior(decoder_actor::pointer self) {
  return {
      [self](const large_frame& f) {
        caf::unsafe_send_as(self, f.from, decoded{decode(f.encoding, f.bytes, f.limits)});
      },
  };
}

} // namespace

decoder_actor spawn_decoder(caf::actor_system& system) {
  return system.spawn<caf::detached>(decoder_behavior);
}

} // namespace wamp
