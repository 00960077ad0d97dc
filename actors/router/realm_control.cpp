#include <wamp/actors/router/realm_control.hpp>

#include <future>
#include <optional>
#include <utility>

namespace wamp {

realm_control::realm_control(caf::actor_system& system, router_actor router)
    : system_(&system), router_(std::move(router)) {}

template <class Answer, class Question>
Answer realm_control::ask(Question question) const {
  Answer answer{};
  caf::scoped_actor self{*system_};
  self->request(router_, caf::infinite, std::move(question))
      .receive([&](Answer a) { answer = std::move(a); }, [](const caf::error&) {});
  return answer;
}

realm_summary realm_control::summary() const {
  return ask<realm_summary>(get_atom::value);
}

std::vector<session_ref> realm_control::sessions() const {
  return ask<std::vector<session_ref>>(list_sessions{});
}

std::vector<subscription_summary> realm_control::subscriptions() const {
  return ask<std::vector<subscription_summary>>(list_subscriptions{});
}

std::vector<subscription_summary> realm_control::subscriptions(std::string topic) const {
  return ask<std::vector<subscription_summary>>(list_subscriptions{std::move(topic)});
}

std::vector<procedure_summary> realm_control::procedures() const {
  return ask<std::vector<procedure_summary>>(list_procedures{});
}

std::vector<procedure_summary> realm_control::procedures(std::string uri) const {
  return ask<std::vector<procedure_summary>>(list_procedures{std::move(uri)});
}

std::vector<invocation_summary> realm_control::invocations() const {
  return ask<std::vector<invocation_summary>>(list_invocations{});
}

bool realm_control::revoke_subscription(subscription_id id, std::string reason) const {
  return ask<bool>(wamp::revoke_subscription{id, std::move(reason)});
}

bool realm_control::revoke_registration(registration_id id, std::string reason) const {
  return ask<bool>(wamp::revoke_registration{id, std::move(reason)});
}

bool realm_control::kill_session(session_id id, std::string reason, std::string text) const {
  return ask<bool>(wamp::kill_session{id, std::move(reason), std::move(text)});
}

void realm_control::set_authorizer(std::shared_ptr<authorizer> by) const {
  ask<bool>(wamp::set_authorizer{std::move(by)});
}

call_outcome realm_control::call(
    std::string procedure, arguments args, std::chrono::milliseconds timeout) const {
  // Shared: whoever sets the value is not done with it when it is there.
  const auto answer = std::make_shared<std::promise<call_outcome>>();
  auto outcome = answer->get_future();
  call_reply reply{[answer](call_outcome o) { answer->set_value(std::move(o)); }};
  caf::anon_send(
      router_, procedure_call{std::move(procedure), std::move(args), timeout, std::move(reply)});
  return outcome.get();
}

} // namespace wamp
