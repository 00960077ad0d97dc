#include <wamp/auth/crypto.hpp>
#include <wamp/auth/scram.hpp>

namespace wamp::scram {

namespace {

std::string escaped(std::string_view name) {
  std::string out;
  for (const auto c : name) {
    if (c == '=')
      out += "=3D";
    else if (c == ',')
      out += "=2C";
    else
      out += c;
  }
  return out;
}

} // namespace

std::string exchange::auth_message() const {
  const auto header = binding.empty() ? std::string{"n,,"} : "p=" + binding + ",,";
  return "n=" + escaped(authid) + ",r=" + client_nonce                       //
         + ",r=" + nonce + ",s=" + salt + ",i=" + std::to_string(iterations) //
         + ",c=" + crypto::to_base64(header + binding_data) + ",r=" + nonce;
}

std::string salted_password(std::string_view password, const scram_verifier& v) {
  return v.memory == 0 ? crypto::pbkdf2(password, v.salt, v.iterations)
                       : crypto::argon2id(password, v.salt, v.iterations, v.memory);
}

keys keys_of(std::string_view salted_password) {
  auto client_key = crypto::hmac_sha256(salted_password, "Client Key");
  auto stored_key = crypto::sha256(client_key);
  return {
      std::move(client_key), std::move(stored_key),
      crypto::hmac_sha256(salted_password, "Server Key")};
}

std::string client_proof(const keys& k, std::string_view auth_message) {
  return crypto::exclusive_or(k.client_key, crypto::hmac_sha256(k.stored_key, auth_message));
}

std::string server_signature(std::string_view server_key, std::string_view auth_message) {
  return crypto::hmac_sha256(server_key, auth_message);
}

bool is_proof(std::string_view proof, std::string_view stored_key, std::string_view auth_message) {
  const auto signature = crypto::hmac_sha256(stored_key, auth_message);
  return proof.size() == signature.size()
         && crypto::are_equal(crypto::sha256(crypto::exclusive_or(proof, signature)), stored_key);
}

} // namespace wamp::scram
