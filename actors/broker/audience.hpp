// Who of a subscription's sessions may receive one publication: the lists that a PUBLISH names.
// Spec: "Publisher Exclusion", "Subscriber Black- and Whitelisting" (advanced profile): all
// conditions must hold; a list that is present but empty admits (or excludes) nobody.
// Pure; valid only as long as the options it was made from.
#pragma once

#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/value.hpp>

#include <string>

namespace wamp {

class audience {
public:
  audience(session_id publisher, const dict& publish_options);

  bool admits(const session_info& subscriber) const {
    return subscriber.id != excluded_ && (!restricted_ || lists_admit(subscriber));
  }

  /// The publisher, unless it wants its own event.
  session_id excluded() const noexcept { return excluded_; }
  /// Whether there are lists, so that it is for some only.
  bool is_restricted() const noexcept { return restricted_; }

  /// The `rkey`, or nullptr: which resource it tells of. Spec: "Sharded Subscription".
  const std::string* resource() const noexcept { return resource_; }

private:
  bool lists_admit(const session_info& subscriber) const;

  session_id excluded_;
  const list* exclude_ = nullptr;
  const list* exclude_authid_ = nullptr;
  const list* exclude_authrole_ = nullptr;
  const list* eligible_ = nullptr;
  const list* eligible_authid_ = nullptr;
  const list* eligible_authrole_ = nullptr;
  bool restricted_ = false;
  const std::string* resource_ = nullptr;
};

} // namespace wamp
