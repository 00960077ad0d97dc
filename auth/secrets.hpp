// How what is kept of users is made from their passwords, and how it stands in a configuration:
//
//   ticket       pbkdf2$ITERATIONS$SALT$HASH
//   wampcra      pbkdf2$ITERATIONS$SALT$KEY             (the salt is text; the key has 32 octets)
//                key$SECRET                             (a secret of a program; never a password)
//   wamp-scram   pbkdf2$ITERATIONS$SALT$STORED$SERVER
//                argon2id13$ITERATIONS$MEMORY$SALT$STORED$SERVER
//   cryptosign   the public key, 64 hexadecimal digits
//   tls          the SHA-256 of a certificate, as many digits, colons between them or not
//
// Octets are base64. Spec: "Authentication" (advanced profile). Pure functions; any thread.
#pragma once

#include <wamp/auth/user.hpp>

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace wamp::secrets {

inline constexpr std::size_t salt_size = 16; ///< octets
inline constexpr std::uint32_t max_iterations = 10'000'000;
/// KiB that a peer may be asked for.
inline constexpr std::uint32_t max_memory = 262'144;

// What is usual for whoever does not say otherwise. A router derives keys for tickets alone, a
// browser derives those of WAMP-CRA without help of its machine.
inline constexpr std::uint32_t ticket_iterations = 100'000;
inline constexpr std::uint32_t cra_iterations = 10'000;
inline constexpr std::size_t cra_salt_size = 24; ///< characters
inline constexpr std::uint32_t pbkdf2_iterations = 600'000;
inline constexpr std::uint32_t argon2_iterations = 3;
inline constexpr std::uint32_t argon2_memory = 65'536; ///< KiB

ticket_verifier new_ticket(std::string_view ticket, std::uint32_t iterations = ticket_iterations);

cra_secret new_cra(std::string_view password, std::uint32_t iterations = cra_iterations);
/// For clients that cannot do with a salt: a random secret, which is the key.
cra_secret new_cra_key();

// The error: what is wrong with the password.
tl::expected<scram_verifier, std::string>
new_scram_pbkdf2(std::string_view password, std::uint32_t iterations = pbkdf2_iterations);
tl::expected<scram_verifier, std::string> new_scram_argon2(
    std::string_view password, std::uint32_t iterations = argon2_iterations,
    std::uint32_t memory = argon2_memory);

std::string text_of(const ticket_verifier& v);
std::string text_of(const cra_secret& s);
std::string text_of(const scram_verifier& v);

// The error says what is wrong, without the secret.
tl::expected<ticket_verifier, std::string> parse_ticket(std::string_view text);
tl::expected<cra_secret, std::string> parse_cra(std::string_view text);
tl::expected<scram_verifier, std::string> parse_scram(std::string_view text);
/// The octets.
tl::expected<std::string, std::string> parse_public_key(std::string_view text);
/// As peer_certificate has it.
tl::expected<std::string, std::string> parse_fingerprint(std::string_view text);

} // namespace wamp::secrets
