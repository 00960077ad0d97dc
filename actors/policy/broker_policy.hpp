// What an application may decide in place of the broker: who subscribes, and who of the subscribers
// receives a publication. Given to a realm by realm_settings::broker.
//
// An object decides by calling `decide` before it returns, or keeps it and calls it later, from any
// thread; or hands the question to an actor (see broker_policy_actor). Until then the session's
// next requests to the broker wait, in their order; nobody else does. All of it comes on top of the
// realm's own rules: what those forbid is not asked for.
//
// The functions are called by the realm's broker, one at a time, each quick and without blocking;
// the same object may be given to several realms if it is thread-safe. If one throws, the realm
// starts anew.
#pragma once

#include <wamp/actors/broker/publication.hpp>
#include <wamp/actors/policy/decision.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/uri.hpp>

#include <string>
#include <vector>

namespace wamp {

/// One session's part in a subscription.
struct subscribed_session {
  subscription_id subscription;
  match_policy match = match_policy::exact;
  std::string topic = {}; ///< or the pattern of topics
  session_ref session = {};
  dict attributes = {}; ///< what the policy gave it when it subscribed
};

class broker_policy {
public:
  virtual ~broker_policy() = default;

  /// May `who` subscribe so? The attributes are kept with the subscription, for the functions
  /// below.
  virtual void
  subscribe(const wamp::subscribe& request, const session_ref& who, decider<dict> decide) {
    static_cast<void>(request);
    static_cast<void>(who);
    decide(dict{});
  }

  /// Who of `receivers`, all that would receive it, shall receive it? An error: it is not
  /// published.
  virtual void publish(
      const publication& what, const session_ref& publisher,
      std::vector<subscribed_session> receivers, decider<std::vector<subscribed_session>> decide) {
    static_cast<void>(what);
    static_cast<void>(publisher);
    decide(std::move(receivers));
  }

  /// It has unsubscribed, left, or lost the subscription.
  virtual void unsubscribed(const subscribed_session& who) { static_cast<void>(who); }
};

} // namespace wamp
