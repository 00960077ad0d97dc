#include <wamp/auth/crypto.hpp>
#include <wamp/serialization/base64.hpp>

#include <botan/ed25519.h>
#include <botan/exceptn.h>
#include <botan/hash.h>
#include <botan/hex.h>
#include <botan/mac.h>
#include <botan/mem_ops.h>
#include <botan/pubkey.h>
#include <botan/pwdhash.h>
#include <botan/system_rng.h>

#include <algorithm>
#include <atomic>

namespace wamp::crypto {

namespace {

std::atomic<std::uint64_t> derivations{0};

const std::uint8_t* octets(std::string_view s) {
  return reinterpret_cast<const std::uint8_t*>(s.data());
}
std::uint8_t* octets(std::string& s) {
  return reinterpret_cast<std::uint8_t*>(s.data());
}

/// HMAC is defined to hash keys that are longer than a block. Botan does so only up to 4096 octets,
/// and throws beyond: a peer must not choose that.
std::string hmac_key(std::string_view key) {
  return key.size() > 64 ? sha256(key) : std::string{key};
}

std::string derive(
    const Botan::PasswordHash& function, std::string_view password, std::string_view salt,
    std::size_t length) {
  ++derivations;
  std::string out(length, '\0');
  function.derive_key(
      octets(out), out.size(), password.data(), password.size(), octets(salt), salt.size());
  return out;
}

} // namespace

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  Botan::system_rng().randomize(octets(out), out.size());
  return out;
}

std::string sha256(std::string_view bytes) {
  const auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(octets(bytes), bytes.size());
  std::string out(hash->output_length(), '\0');
  hash->final(octets(out));
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  const auto short_key = hmac_key(key);
  const auto mac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
  mac->set_key(octets(short_key), short_key.size());
  mac->update(octets(bytes), bytes.size());
  std::string out(mac->output_length(), '\0');
  mac->final(octets(out));
  return out;
}

std::string pbkdf2(
    std::string_view password, std::string_view salt, std::uint32_t iterations,
    std::size_t length) {
  const auto function =
      Botan::PasswordHashFamily::create_or_throw("PBKDF2(SHA-256)")->from_params(iterations);
  return derive(*function, hmac_key(password), salt, length);
}

std::string argon2id(
    std::string_view password, std::string_view salt, std::uint32_t iterations,
    std::uint32_t memory) {
  const auto function =
      Botan::PasswordHashFamily::create_or_throw("Argon2id")->from_params(memory, iterations, 1);
  return derive(*function, password, salt, 32);
}

std::uint64_t key_derivations() noexcept {
  return derivations;
}

bool are_equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && Botan::constant_time_compare(octets(a), octets(b), a.size());
}

std::string exclusive_or(std::string_view a, std::string_view b) {
  std::string out(std::min(a.size(), b.size()), '\0');
  Botan::xor_buf(octets(out), octets(a), octets(b), out.size());
  return out;
}

std::string to_hex(std::string_view bytes) {
  return Botan::hex_encode(octets(bytes), bytes.size(), false);
}

std::optional<std::string> from_hex(std::string_view text) {
  // Botan passes over white space.
  if (text.size() % 2 != 0
      || text.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
    return std::nullopt;
  std::string out(text.size() / 2, '\0');
  Botan::hex_decode(octets(out), text.data(), text.size(), false);
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

ed25519_key ed25519_key::generate() {
  return *from_seed(random_bytes(seed_size));
}

std::optional<ed25519_key> ed25519_key::from_seed(std::string_view seed) {
  if (seed.size() != seed_size)
    return std::nullopt;
  const Botan::Ed25519_PrivateKey key{
      Botan::secure_vector<std::uint8_t>(octets(seed), octets(seed) + seed.size())};
  const auto& pair = key.get_private_key();
  return ed25519_key{std::string(pair.begin(), pair.end())};
}

std::string ed25519_key::sign(std::string_view message) const {
  const Botan::Ed25519_PrivateKey key{
      Botan::secure_vector<std::uint8_t>(octets(pair_), octets(pair_) + pair_.size())};
  Botan::PK_Signer signer{key, Botan::system_rng(), "Pure"};
  const auto signature = signer.sign_message(octets(message), message.size(), Botan::system_rng());
  return std::string(signature.begin(), signature.end());
}

bool verify_ed25519(
    std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != 32 || signature.size() != 64)
    return false;
  const Botan::Ed25519_PublicKey key{octets(public_key), public_key.size()};
  Botan::PK_Verifier verifier{key, "Pure"};
  return verifier.verify_message(
      octets(message), message.size(), octets(signature), signature.size());
}

} // namespace wamp::crypto
