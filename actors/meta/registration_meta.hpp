// The procedures wamp.registration.*: who serves what. Owned by the dealer; pure, not thread-safe.
// Spec: "Registration Meta API" (advanced profile).
#pragma once

#include <wamp/actors/dealer/registration_table.hpp>
#include <wamp/actors/meta/meta_procedures.hpp>

namespace wamp {

class registration_meta {
public:
  /// `all` outlives this object.
  explicit registration_meta(const registration_table& all);

  outgoing answer(const call& request) const { return procedures_.answer(request); }

private:
  meta_procedures procedures_;
};

/// What tells of a registration: in the event of on_create, and by wamp.registration.get.
dict description_of(const registration& r);

} // namespace wamp
