// What happens in a realm, and an end to some of it, for the program that the realm is a part of:
// plain C++, not an actor. Actors send the router what stands below each function instead (see
// interfaces.hpp).
//
//   wamp::realm_control realm{system, router};
//   for (auto& s : realm.subscriptions("com.myapp.news"))
//     realm.revoke_subscription(s.id, "com.myapp.maintenance");
//
// Each function asks the actor that knows, and waits for its answer: not for use in an actor.
// Thread- safe. When the router has ended, there is nothing in it.
#pragma once

#include <wamp/actors/interfaces.hpp>
#include <wamp/serialization/uris.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace wamp {

class realm_control {
public:
  /// `system` outlives this object.
  realm_control(caf::actor_system& system, router_actor router);

  realm_summary summary() const;             ///< get_atom
  std::vector<session_ref> sessions() const; ///< list_sessions

  std::vector<subscription_summary> subscriptions() const; ///< list_subscriptions
  /// Those whose subscribers hear the topic.
  std::vector<subscription_summary> subscriptions(std::string topic) const;

  std::vector<procedure_summary> procedures() const; ///< list_procedures
  /// The one that calls to this URI go to, or none.
  std::vector<procedure_summary> procedures(std::string uri) const;

  /// The calls that have not been answered.
  std::vector<invocation_summary> invocations() const; ///< list_invocations

  /// Takes it from all who have it. Those that know the feature are told, with `reason`, a URI.
  /// False: there is no such. Spec: "Subscription Revocation", "Registration Revocation".
  bool revoke_subscription(subscription_id id, std::string reason) const;
  bool revoke_registration(registration_id id, std::string reason) const;

  /// The session gets a GOODBYE, with a `text` for people. False: there is no such.
  bool kill_session(
      session_id id, std::string reason = std::string{uris::killed}, std::string text = {}) const;

  /// Who decides from here on what sessions may do: set_authorizer. Holds when this returns.
  void set_authorizer(std::shared_ptr<authorizer> by) const;

  /// Calls a procedure of the realm in the name of no session: procedure_call.
  call_outcome call(std::string procedure, arguments args, std::chrono::milliseconds timeout) const;

private:
  template <class Answer, class Question>
  Answer ask(Question question) const;

  caf::actor_system* system_;
  router_actor router_;
};

} // namespace wamp
