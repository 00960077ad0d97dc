#include <wamp/actors/log.hpp>
#include <wamp/actors/subscriber/subscriber_actor.hpp>

#include <utility>

namespace wamp {

namespace {

struct subscriber_state {
  static constexpr const char* name = "wamp.subscriber";
  event_handler handler;
};

subscriber_actor::behavior_type subscriber_behavior(
    subscriber_actor::stateful_pointer<subscriber_state> self, const client_actor& client,
    const target& topic, const event_handler_factory& make_handler,
    const pending<subscribed>::bringer& tell) {
  self->state.handler = make_handler(self);
  self->monitor(client);
  self->set_down_handler([self](const caf::down_msg& m) { self->quit(m.reason); });
  self->request(client, caf::infinite, attach_subscriber{topic, subscriber_actor{self}})
      .then(
          [tell](const subscribed& m) { tell(m); },
          [self, tell, uri = topic.uri](const caf::error& e) {
            logger()->warn("{} could not be subscribed to: {}", uri, describe(e));
            if (auto ours = wamp_error_of(e))
              tell(tl::unexpected(*ours));
            self->quit(e);
          });
  return {[self](const event& m) {
    try {
      self->state.handler(m);
    } catch (...) {
      log_exception(subscriber_state::name, std::current_exception());
    }
  }};
}

} // namespace

spawned_subscriber spawn_subscriber(
    caf::actor_system& system, const client_actor& client, target topic,
    event_handler_factory make_handler) {
  auto [confirmed, tell] = pending<subscribed>::make(message_code::subscribe);
  auto actor = system.spawn(
      subscriber_behavior, client, std::move(topic), std::move(make_handler), std::move(tell));
  return {std::move(actor), std::move(confirmed)};
}

} // namespace wamp
