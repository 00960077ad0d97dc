// The router's half of WAMP-SCRAM.
#include <wamp/auth/channel_binding.hpp>
#include <wamp/auth/method_support.hpp>
#include <wamp/auth/saslprep.hpp>
#include <wamp/auth/scram.hpp>
#include <wamp/serialization/base64.hpp>

namespace wamp {

namespace {

struct scram_memory {
  candidate<scram_verifier> peer;
  scram::exchange exchange;
};

/// A member that is text, null or absent, which is empty; nothing when it is anything else.
std::optional<std::string> optional_text(const dict& d, std::string_view key) {
  const auto member = d.find(key);
  if (!member || member->is_null())
    return std::string{};
  const auto text = member->get_if<std::string>();
  return text ? std::optional{*text} : std::nullopt;
}

bool is_text(const dict& d, std::string_view key, std::string_view expected) {
  const auto text = find<std::string>(d, key);
  return text && *text == expected;
}

/// Empty unless it is base64 in its one canonical form.
std::string proof_in(const std::string& signature) {
  auto proof = from_base64(signature);
  return proof && crypto::to_base64(*proof) == signature ? std::move(*proof) : std::string{};
}

/// Whether AUTHENTICATE speaks of the connection and the challenge that this is about.
bool repeats(const authenticate& response, const scram::exchange& x) {
  const auto binding = optional_text(response.extra, "channel_binding");
  const auto data = optional_text(response.extra, "cbind_data");
  return is_text(response.extra, "nonce", x.nonce) && binding == x.binding && data
         && crypto::are_equal(*data, crypto::to_base64(x.binding_data));
}

} // namespace

auth_answer scram_method::challenge(const login& who) const {
  if (who.authid().empty())
    return no_authid();
  const auto extra = who.extra();
  const auto nonce = extra ? find<std::string>(*extra, "nonce") : nullptr;
  if (!nonce || nonce->empty() || nonce->size() > 256 || !from_base64(*nonce))
    return failed("HELLO.Details.authextra.nonce is no base64 text of 1 to 256 characters");
  const auto binding = optional_text(*extra, "channel_binding");
  if (!binding)
    return failed("HELLO.Details.authextra.channel_binding is no text");
  const auto channel = who.peer->channel ? &*who.peer->channel : nullptr;
  const auto data = channel_binding::data(channel, *binding);
  if (!binding->empty() && data.empty())
    return failed("this connection has no such channel binding");

  // A name that SASLprep does not take is nobody's.
  const auto authid = saslprep(who.authid());
  auto peer = users_.for_scram(authid ? *authid : who.authid());
  const auto& v = peer.secret;
  scram::exchange x{
      peer.who.authid,           *nonce,       *nonce + crypto::to_base64(crypto::random_bytes(18)),
      crypto::to_base64(v.salt), v.iterations, *binding,
      std::string{data}};
  dict asked{
      {"nonce", x.nonce},
      {"salt", x.salt},
      {"kdf", v.memory == 0 ? "pbkdf2" : "argon2id13"},
      {"iterations", v.iterations},
      {"memory", v.memory == 0 ? value{} : value{v.memory}}};
  return auth_challenge{
      {std::string{name()}, std::move(asked)},
      remember(scram_memory{std::move(peer), std::move(x)})};
}

auth_answer
scram_method::check(const login&, const auth_challenge& asked, const authenticate& response) const {
  const auto known = recall<scram_memory>(asked);
  const auto& secret = known->peer.secret;
  const auto signed_text = known->exchange.auth_message();
  const auto proof = proof_in(response.signature);
  // All of it, whatever is wrong: so it takes one time.
  const auto repeated = repeats(response, known->exchange);
  const auto proven = scram::is_proof(proof, secret.stored_key, signed_text);
  auto verifier = crypto::to_base64(scram::server_signature(secret.server_key, signed_text));
  return admitted_if(
      repeated && proven, known->peer, name(), dict{{"verifier", std::move(verifier)}});
}

} // namespace wamp
