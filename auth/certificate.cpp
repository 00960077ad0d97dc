#include <wamp/auth/certificate.hpp>

namespace wamp {

auth_answer certificate_method::challenge(const login& who) const {
  const auto& shown = who.peer->certificate;
  const auto found = shown ? users_->by_certificate(*shown) : nullptr;
  if (!found || (!who.authid().empty() && who.authid() != found->authid))
    return denied();
  return admission{
      {found->authid, found->role, std::string{name()}, std::string{users_->provider()}}};
}

} // namespace wamp
