#include <wamp/auth/method_support.hpp>
#include <wamp/auth/ticket.hpp>

namespace wamp {

namespace {

class ticket_login final : public client_login {
public:
  explicit ticket_login(std::string ticket) : ticket_(std::move(ticket)) {}

  tl::expected<authenticate, std::string> answer(const challenge& asked) override {
    if (asked.method != "ticket")
      return other_method(asked);
    return authenticate{ticket_};
  }

private:
  std::string ticket_;
};

} // namespace

auth_answer ticket_method::challenge(const login& who) const {
  if (who.authid().empty())
    return no_authid();
  return auth_challenge{{"ticket", {}}, remember(users_.for_ticket(who.authid()))};
}

auth_answer ticket_method::check(
    const login&, const auth_challenge& asked, const authenticate& response) const {
  const auto peer = recall<candidate<ticket_verifier>>(asked);
  const auto& kept = peer->secret;
  const auto hash =
      crypto::pbkdf2(response.signature, kept.salt, kept.iterations, kept.hash.size());
  return admitted_if(crypto::are_equal(hash, kept.hash), *peer, name());
}

std::unique_ptr<client_login>
ticket_credentials::begin(const std::string&, const channel_bindings*) const {
  return std::make_unique<ticket_login>(ticket_);
}

} // namespace wamp
