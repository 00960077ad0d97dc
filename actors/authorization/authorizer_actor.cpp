#include <wamp/actors/authorization/authorizer_actor.hpp>

#include <utility>

namespace wamp {

namespace {

class by_actor : public authorizer {
public:
  explicit by_actor(authorizer_actor decides) : decides_(std::move(decides)) {}

  void ask(authorization_request request, decider<permit> decide) override {
    caf::anon_send(decides_, authorization_question{std::move(request), std::move(decide)});
  }

private:
  authorizer_actor decides_;
};

} // namespace

std::shared_ptr<authorizer> authorize_by(authorizer_actor decides) {
  return std::make_shared<by_actor>(std::move(decides));
}

} // namespace wamp
