#include <wamp/actors/policy/broker_policy_actor.hpp>

#include <utility>

namespace wamp {

namespace {

class by_actor : public broker_policy {
public:
  explicit by_actor(broker_policy_actor decides) : decides_(std::move(decides)) {}

  void
  subscribe(const wamp::subscribe& request, const session_ref& who, decider<dict> decide) override {
    caf::anon_send(decides_, subscribe_question{request, who, std::move(decide)});
  }

  void publish(
      const publication& what, const session_ref& publisher,
      std::vector<subscribed_session> receivers,
      decider<std::vector<subscribed_session>> decide) override {
    caf::anon_send(
        decides_, publish_question{what, publisher, std::move(receivers), std::move(decide)});
  }

  void unsubscribed(const subscribed_session& who) override { caf::anon_send(decides_, who); }

private:
  broker_policy_actor decides_;
};

} // namespace

std::shared_ptr<broker_policy> policy_by(broker_policy_actor decides) {
  return std::make_shared<by_actor>(std::move(decides));
}

} // namespace wamp
