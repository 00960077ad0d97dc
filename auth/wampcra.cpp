#include <wamp/auth/method_support.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/auth/wampcra.hpp>
#include <wamp/serialization/json_text.hpp>
#include <wamp/serialization/rfc3339.hpp>

#include <chrono>

namespace wamp {

namespace {

struct cra_memory {
  candidate<cra_secret> peer;
  std::string challenge;
};

std::string now() {
  using namespace std::chrono;
  return to_rfc3339(time_point_cast<milliseconds>(system_clock::now()));
}

/// As CHALLENGE has it; a sentence when nobody should do that.
tl::expected<cra_secret::salting, std::string> salting_of(const dict& extra) {
  const auto salt = find<std::string>(extra, "salt");
  const auto iterations = find<std::int64_t>(extra, "iterations");
  const auto keylen = find<std::int64_t>(extra, "keylen");
  if (!salt || !iterations || *iterations < 1 || *iterations > secrets::max_iterations || !keylen
      || *keylen < 16 || *keylen > 64)
    return tl::unexpected(std::string{"the router asks for an absurd key"});
  return cra_secret::salting{
      *salt, static_cast<std::uint32_t>(*iterations), static_cast<std::uint32_t>(*keylen)};
}

class cra_login final : public client_login {
public:
  explicit cra_login(std::string secret) : secret_(std::move(secret)) {}

  tl::expected<authenticate, std::string> answer(const challenge& asked) override {
    if (asked.method != "wampcra")
      return other_method(asked);
    const auto text = find<std::string>(asked.extra, "challenge");
    if (!text)
      return tl::unexpected(std::string{"the router's challenge is missing"});
    if (!asked.extra.contains("salt"))
      return authenticate{cra::sign(secret_, *text)};
    const auto how = salting_of(asked.extra);
    if (!how)
      return tl::unexpected(how.error());
    return authenticate{cra::sign(cra::salted_key(secret_, *how), *text)};
  }

private:
  std::string secret_;
};

} // namespace

std::string cra::sign(std::string_view key, std::string_view challenge) {
  return crypto::to_base64(crypto::hmac_sha256(key, challenge));
}

std::string cra::salted_key(std::string_view password, const cra_secret::salting& how) {
  return crypto::to_base64(crypto::pbkdf2(password, how.salt, how.iterations, how.keylen));
}

auth_answer cra_method::challenge(const login& who) const {
  if (who.authid().empty())
    return no_authid();
  auto peer = users_.for_cra(who.authid());
  auto text = json_text(dict{
      {"authid", peer.who.authid},
      {"authrole", peer.who.authrole},
      {"authmethod", name()},
      {"authprovider", peer.who.authprovider},
      {"nonce", crypto::to_base64(crypto::random_bytes(24))},
      {"timestamp", now()},
      {"session", who.session.value()}});
  dict extra{{"challenge", text}};
  if (const auto& salted = peer.secret.salted) {
    extra.append("salt", salted->salt);
    extra.append("iterations", salted->iterations);
    extra.append("keylen", salted->keylen);
  }
  return auth_challenge{
      {std::string{name()}, std::move(extra)},
      remember(cra_memory{std::move(peer), std::move(text)})};
}

auth_answer
cra_method::check(const login&, const auth_challenge& asked, const authenticate& response) const {
  const auto known = recall<cra_memory>(asked);
  const auto expected = cra::sign(known->peer.secret.key, known->challenge);
  return admitted_if(crypto::are_equal(response.signature, expected), known->peer, name());
}

std::unique_ptr<client_login>
cra_credentials::begin(const std::string&, const channel_bindings*) const {
  return std::make_unique<cra_login>(secret_);
}

} // namespace wamp
