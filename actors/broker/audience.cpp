#include <wamp/actors/broker/audience.hpp>

#include <algorithm>

namespace wamp {

namespace {

bool holds(const list* entries, const value& wanted) {
  return std::find(entries->begin(), entries->end(), wanted) != entries->end();
}

} // namespace

audience::audience(session_id publisher, const dict& options) {
  if (flag(options, "exclude_me", true))
    excluded_ = publisher;
  if (options.empty())
    return;
  resource_ = find<std::string>(options, "rkey");
  exclude_ = find<list>(options, "exclude");
  exclude_authid_ = find<list>(options, "exclude_authid");
  exclude_authrole_ = find<list>(options, "exclude_authrole");
  eligible_ = find<list>(options, "eligible");
  eligible_authid_ = find<list>(options, "eligible_authid");
  eligible_authrole_ = find<list>(options, "eligible_authrole");
  restricted_ = exclude_ || exclude_authid_ || exclude_authrole_ || eligible_ || eligible_authid_
                || eligible_authrole_;
}

bool audience::lists_admit(const session_info& subscriber) const {
  const value id = subscriber.id.value();
  const value authid = subscriber.identity.authid;
  const value authrole = subscriber.identity.authrole;
  return !(exclude_ && holds(exclude_, id)) && !(exclude_authid_ && holds(exclude_authid_, authid))
         && !(exclude_authrole_ && holds(exclude_authrole_, authrole))
         && (!eligible_ || holds(eligible_, id))
         && (!eligible_authid_ || holds(eligible_authid_, authid))
         && (!eligible_authrole_ || holds(eligible_authrole_, authrole));
}

} // namespace wamp
