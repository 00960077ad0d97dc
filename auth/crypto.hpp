// The one door to Botan: every computation that a secret goes through.
// Octets are strings. Thread-safe: all functions are pure, but for the source of randomness, which
// is the operating system's. What a caller must see to is said; beyond that nothing throws but for
// want of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wamp::crypto {

/// For keys, nonces and salts.
std::string random_bytes(std::size_t count);

std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// PBKDF2 with HMAC-SHA256 (RFC 8018). `iterations` and `length` are at least 1.
std::string pbkdf2(
    std::string_view password, std::string_view salt, std::uint32_t iterations,
    std::size_t length = 32);

/// Argon2id, version 1.3, without parallelism, 32 octets (RFC 9106). `iterations` is at least 1,
/// `memory` is 8 KiB to 8 GiB, in KiB.
std::string argon2id(
    std::string_view password, std::string_view salt, std::uint32_t iterations,
    std::uint32_t memory);

/// How often this process has called pbkdf2() and argon2id(): what gives a user away who is not
/// there is that nobody derives a key for him.
std::uint64_t key_derivations() noexcept;

/// In a time that depends on the sizes alone.
bool are_equal(std::string_view a, std::string_view b) noexcept;

/// Octet by octet. Both have one size.
std::string exclusive_or(std::string_view a, std::string_view b);

std::string to_hex(std::string_view bytes); ///< in lower case
/// Digits in either case; nothing when there is anything else.
std::optional<std::string> from_hex(std::string_view text);
std::string to_base64(std::string_view bytes);

/// A private key of Ed25519 (RFC 8032). Immutable.
class ed25519_key {
public:
  static constexpr std::size_t seed_size = 32;

  static ed25519_key generate();
  /// Nothing when it has not 32 octets.
  static std::optional<ed25519_key> from_seed(std::string_view seed);

  std::string_view seed() const noexcept { return std::string_view{pair_}.substr(0, seed_size); }
  std::string_view public_key() const noexcept { return std::string_view{pair_}.substr(seed_size); }
  /// 64 octets.
  std::string sign(std::string_view message) const;

private:
  explicit ed25519_key(std::string pair) noexcept : pair_(std::move(pair)) {}
  std::string pair_; ///< seed and public key
};

/// False also when key or signature have not their sizes, 32 and 64.
bool verify_ed25519(
    std::string_view public_key, std::string_view message, std::string_view signature);

} // namespace wamp::crypto
