// The procedures wamp.subscription.*: who listens to what. Owned by the broker; pure, not
// thread-safe.
// Spec: "Subscription Meta API" (advanced profile).
#pragma once

#include <wamp/actors/broker/subscription_table.hpp>
#include <wamp/actors/meta/meta_procedures.hpp>

namespace wamp {

class subscription_meta {
public:
  /// `all` outlives this object.
  explicit subscription_meta(const subscription_table& all);

  outgoing answer(const call& request) const { return procedures_.answer(request); }

private:
  meta_procedures procedures_;
};

/// What tells of a subscription: in the event of on_create, and by wamp.subscription.get.
dict description_of(const subscription& s);

} // namespace wamp
