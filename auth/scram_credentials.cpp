// The client's half of WAMP-SCRAM.
#include <wamp/auth/channel_binding.hpp>
#include <wamp/auth/method_support.hpp>
#include <wamp/auth/saslprep.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/auth/secrets.hpp>
#include <wamp/serialization/base64.hpp>

namespace wamp {

namespace {

using tl::unexpected;

/// The costs that the router asks for, and the salt; a sentence when nobody should pay them.
tl::expected<scram_verifier, std::string> costs_of(const dict& extra) {
  const auto kdf = find<std::string>(extra, "kdf");
  const auto salt = find<std::string>(extra, "salt");
  const auto salt_octets = salt ? from_base64(*salt) : std::nullopt;
  const auto asked = find<std::int64_t>(extra, "iterations");
  if (!kdf || !salt_octets || salt_octets->size() < 8 || !asked || *asked < 1
      || *asked > secrets::max_iterations)
    return unexpected(
        std::string{"the router's challenge lacks salt or costs, or they are absurd"});
  const auto iterations = static_cast<std::uint32_t>(*asked);
  if (*kdf == "pbkdf2") {
    if (*asked < scram::least_pbkdf2_iterations)
      return unexpected(std::string{"the router asks for a key that is too cheap"});
    return scram_verifier{.iterations = iterations, .salt = *salt_octets};
  }
  if (*kdf != "argon2id13")
    return unexpected("the router asks for an unknown function, \"" + *kdf + '"');
  const auto memory = find<std::int64_t>(extra, "memory");
  if (!memory || *memory < 8 || *memory > secrets::max_memory
      || *memory * *asked > scram::most_argon2_cost)
    return unexpected(std::string{"the router asks for absurd costs"});
  if (*memory * *asked < scram::least_argon2_cost)
    return unexpected(std::string{"the router asks for a key that is too cheap"});
  return scram_verifier{
      .iterations = iterations,
      .memory = static_cast<std::uint32_t>(*memory),
      .salt = *salt_octets};
}

class scram_login final : public client_login {
public:
  scram_login(
      const std::string& authid, std::string password, std::string binding,
      std::string binding_data)
      : authid_(authid),
        password_(std::move(password)),
        binding_(std::move(binding)),
        binding_data_(std::move(binding_data)) {}

  dict extra() override {
    return {{"nonce", nonce_}, {"channel_binding", binding_.empty() ? value{} : value{binding_}}};
  }

  tl::expected<authenticate, std::string> answer(const challenge& asked) override {
    if (asked.method != "wamp-scram")
      return other_method(asked);
    if (!binding_.empty() && binding_data_.empty())
      return unexpected("this connection has no channel binding " + binding_);
    const auto nonce = find<std::string>(asked.extra, "nonce");
    if (!nonce || !nonce->starts_with(nonce_) || nonce->size() <= nonce_.size())
      return unexpected(std::string{"the router's nonce does not continue ours"});
    const auto authid = saslprep(authid_);
    const auto password = saslprep(password_);
    if (!authid || !password)
      return unexpected(std::string{"authid or password have characters that SASLprep forbids"});
    const auto costs = costs_of(asked.extra);
    if (!costs)
      return unexpected(costs.error());

    const scram::exchange x{
        *authid,           nonce_,   *nonce,       *find<std::string>(asked.extra, "salt"),
        costs->iterations, binding_, binding_data_};
    const auto signed_text = x.auth_message();
    const auto keys = scram::keys_of(scram::salted_password(*password, *costs));
    verifier_ = scram::server_signature(keys.server_key, signed_text);
    return authenticate{
        crypto::to_base64(scram::client_proof(keys, signed_text)),
        {{"nonce", *nonce},
         {"channel_binding", binding_.empty() ? value{} : value{binding_}},
         {"cbind_data", binding_.empty() ? value{} : value{crypto::to_base64(binding_data_)}}}};
  }

  std::optional<std::string> trouble_with(const welcome& m) override {
    const auto extra = find<dict>(m.details, "authextra");
    const auto text = extra ? find<std::string>(*extra, "verifier") : nullptr;
    if (!text)
      return "the router does not prove that it knows the password";
    // The specification's example has the prefix, its text has not.
    const auto is_prefixed = text->starts_with("v=");
    const auto shown = from_base64(std::string_view{*text}.substr(is_prefixed ? 2 : 0));
    if (verifier_.empty() || !shown || !crypto::are_equal(*shown, verifier_))
      return "the router's proof that it knows the password is wrong";
    return std::nullopt;
  }

private:
  std::string authid_;
  std::string password_;
  std::string binding_;
  std::string binding_data_;
  std::string nonce_ = crypto::to_base64(crypto::random_bytes(18));
  std::string verifier_; ///< what the router must show; empty before it has asked
};

} // namespace

std::unique_ptr<client_login>
scram_credentials::begin(const std::string& authid, const channel_bindings* channel) const {
  return std::make_unique<scram_login>(
      authid, password_, binding_, std::string{channel_binding::data(channel, binding_)});
}

} // namespace wamp
