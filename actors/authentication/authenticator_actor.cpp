#include <wamp/actors/authentication/authenticator_actor.hpp>

#include <utility>

namespace wamp {

namespace {

class by_actor : public authenticator {
public:
  explicit by_actor(authenticator_actor decides) : decides_(std::move(decides)) {}

  void challenge(const login_ref& who, decider<auth_step> decide) override {
    caf::anon_send(decides_, challenge_question{who, std::move(decide)});
  }

  void check_challenge(
      const login_ref& who, const auth_challenge& asked, const authenticate& response,
      decider<auth_step> decide) override {
    caf::anon_send(decides_, check_question{who, asked, response, std::move(decide)});
  }

private:
  authenticator_actor decides_;
};

} // namespace

std::shared_ptr<authenticator> authenticator_by(authenticator_actor decides) {
  return std::make_shared<by_actor>(std::move(decides));
}

} // namespace wamp
