#include <wamp/actors/policy/dealer_policy_actor.hpp>

#include <utility>

namespace wamp {

namespace {

class by_actor : public dealer_policy {
public:
  explicit by_actor(dealer_policy_actor decides) : decides_(std::move(decides)) {}

  void
  register_(const wamp::register_& request, const session_ref& who, decider<dict> decide) override {
    caf::anon_send(decides_, register_question{request, who, std::move(decide)});
  }

  void select(
      const wamp::call& what, const std::vector<registered_procedure>& procedures,
      const session_ref& caller, decider<selection> decide) override {
    caf::anon_send(decides_, select_question{what, procedures, caller, std::move(decide)});
  }

  void unregistered(const registered_procedure& which) override { caf::anon_send(decides_, which); }

private:
  dealer_policy_actor decides_;
};

} // namespace

std::shared_ptr<dealer_policy> policy_by(dealer_policy_actor decides) {
  return std::make_shared<by_actor>(std::move(decides));
}

} // namespace wamp
