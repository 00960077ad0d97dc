#include <wamp/auth/certificate.hpp>
#include <wamp/auth/method_support.hpp>

namespace wamp {

namespace {

class certificate_login final : public client_login {
public:
  tl::expected<authenticate, std::string> answer(const challenge& asked) override {
    return other_method(asked);
  }
};

} // namespace

auth_answer certificate_method::challenge(const login& who) const {
  const auto& shown = who.peer->certificate;
  const auto found = shown ? users_->by_certificate(*shown) : nullptr;
  if (!found || (!who.authid().empty() && who.authid() != found->authid))
    return denied();
  return admission{
      {found->authid, found->role, std::string{name()}, std::string{users_->provider()}}};
}

std::unique_ptr<client_login>
certificate_credentials::begin(const std::string&, const channel_bindings*) const {
  return std::make_unique<certificate_login>();
}

} // namespace wamp
