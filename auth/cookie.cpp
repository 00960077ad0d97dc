#include <wamp/auth/cookie.hpp>

namespace wamp {

std::optional<identity> cookie_method::identity_of(const login& who) const {
  auto known = cookies_->find(who.realm, who.peer->cookie);
  // A browser that wants to be somebody else has to show it in another way.
  if (known && !who.authid().empty() && who.authid() != known->authid)
    return std::nullopt;
  if (known && is_gone(*known))
    return std::nullopt;
  return known;
}

bool cookie_method::is_gone(const identity& who) const {
  if (!users_ || who.authprovider != users_->provider())
    return false;
  const auto now = users_->by_authid(who.authid);
  return !now || now->role != who.authrole;
}

auth_answer cookie_method::challenge(const login& who) const {
  auto known = identity_of(who);
  if (!known)
    return denied();
  known->authmethod = name();
  return admission{std::move(*known)};
}

} // namespace wamp
