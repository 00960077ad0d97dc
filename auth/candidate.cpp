#include <wamp/auth/candidate.hpp>
#include <wamp/auth/secrets.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace wamp {

namespace {

/// What a salt is written in: the programs that users come from have their own ways.
std::string_view alphabet_of(std::string_view salt) {
  static constexpr std::array<std::string_view, 4> some{
      "0123456789", "0123456789abcdef", "0123456789ABCDEF",
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"};
  const auto found = std::find_if(some.begin(), some.end(), [&](std::string_view alphabet) {
    return salt.find_first_not_of(alphabet) == std::string_view::npos;
  });
  if (found != some.end())
    return *found;
  return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}

/// `random`: two octets for each character of `example`.
std::string salt_alike(std::string_view example, std::string_view random) {
  const auto padding = example.size() - example.find_last_not_of('=') - 1;
  example.remove_suffix(padding);
  const auto alphabet = alphabet_of(example);
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(random[i]); };
  std::string made;
  for (std::size_t i = 0; i < example.size(); ++i)
    made += alphabet[(octet(2 * i) * 256U + octet(2 * i + 1)) % alphabet.size()];
  return made.append(padding, '=');
}

} // namespace

std::string decoys::bytes(std::string_view authid, char what, std::size_t count) const {
  std::string out;
  for (char block = 0; out.size() < count; ++block)
    out += crypto::hmac_sha256(key_, std::string{what, block}.append(authid));
  out.resize(count);
  return out;
}

std::uint64_t decoys::number(std::string_view authid) const {
  std::uint64_t n = 0;
  for (const auto octet : bytes(authid, 'n', sizeof n))
    n = n << 8U | static_cast<unsigned char>(octet);
  return n;
}

ticket_verifier decoys::alike(const ticket_verifier& example, std::string_view authid) const {
  return {
      example.iterations, bytes(authid, 's', example.salt.size()),
      bytes(authid, 'k', example.hash.size())};
}

cra_secret decoys::alike(const cra_secret& example, std::string_view authid) const {
  auto made = example;
  made.key = bytes(authid, 'k', example.key.size());
  if (made.salted) {
    auto& salt = made.salted->salt;
    salt = salt_alike(salt, bytes(authid, 's', 2 * salt.size()));
  }
  return made;
}

scram_verifier decoys::alike(const scram_verifier& example, std::string_view authid) const {
  auto made = example;
  made.salt = bytes(authid, 's', example.salt.size());
  made.stored_key = bytes(authid, 'k', example.stored_key.size());
  made.server_key = bytes(authid, 'v', example.server_key.size());
  return made;
}

template <class Secret>
candidate<Secret> candidates::find(
    std::string_view authid, credential what, std::optional<Secret> user::*secret,
    const Secret& otherwise) const {
  // Everything is done for both, and then one of them copied.
  static const std::string usual_role = "user";
  const auto known = users_->by_authid(authid);
  const auto example = users_->example(what, decoys_->number(authid));
  const auto made_up = decoys_->alike(example ? *((*example).*secret) : otherwise, authid);
  const auto is_user = known && ((*known).*secret).has_value();
  const auto& made_up_role = example ? example->role : usual_role;
  return {
      {std::string{authid},
       is_user ? known->role : made_up_role,
       {},
       std::string{users_->provider()}},
      is_user ? *((*known).*secret) : made_up,
      is_user};
}

candidate<ticket_verifier> candidates::for_ticket(std::string_view authid) const {
  static const ticket_verifier usual{
      secrets::ticket_iterations, std::string(secrets::salt_size, '\0'), std::string(32, '\0')};
  return find(authid, credential::ticket, &user::ticket, usual);
}

candidate<cra_secret> candidates::for_cra(std::string_view authid) const {
  static const cra_secret usual{
      std::string(44, '\0'),
      cra_secret::salting{std::string(secrets::cra_salt_size, '\0'), secrets::cra_iterations, 32}};
  return find(authid, credential::cra, &user::cra, usual);
}

candidate<scram_verifier> candidates::for_scram(std::string_view authid) const {
  static const scram_verifier usual{
      secrets::argon2_iterations, secrets::argon2_memory, std::string(secrets::salt_size, '\0'),
      std::string(32, '\0'), std::string(32, '\0')};
  return find(authid, credential::scram, &user::scram, usual);
}

} // namespace wamp
