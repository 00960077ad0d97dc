// One user, with what is kept of him for each method: enough to check what he shows, and nothing
// that he would show himself. Values. Spec: "Authentication" (advanced profile).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

/// PBKDF2-HMAC-SHA256 of a ticket.
struct ticket_verifier {
  std::uint32_t iterations = 1;
  std::string salt = {}; ///< octets
  std::string hash = {}; ///< 32 octets

  bool operator==(const ticket_verifier&) const = default;
};

/// What a user of WAMP-CRA signs with.
struct cra_secret {
  /// How he makes it from his password.
  struct salting {
    std::string salt = {}; ///< text, as CHALLENGE has it
    std::uint32_t iterations = 1;
    std::uint32_t keylen = 32;

    bool operator==(const salting&) const = default;
  };
  std::string key = {}; ///< a shared secret, or base64 of what PBKDF2 made of a password
  std::optional<salting> salted = {};

  bool operator==(const cra_secret&) const = default;
};

/// What WAMP-SCRAM calls the data stored on the server.
struct scram_verifier {
  std::uint32_t iterations = 1;
  std::uint32_t memory = 0;    ///< KiB: the key derivation function is argon2id13. 0: it is pbkdf2
  std::string salt = {};       ///< octets
  std::string stored_key = {}; ///< 32 octets
  std::string server_key = {}; ///< 32 octets

  bool operator==(const scram_verifier&) const = default;
};

struct user {
  std::string authid = {};
  std::string role = {};
  std::optional<ticket_verifier> ticket = {};
  std::optional<cra_secret> cra = {};
  std::optional<scram_verifier> scram = {};
  std::vector<std::string> public_keys = {}; ///< of Ed25519, 32 octets each
  /// Of certificates that he may show: fingerprints, as peer_certificate has them.
  std::vector<std::string> certificates = {};
  /// The same by the name of their subject, for whoever runs a certificate authority of his own.
  std::vector<std::string> common_names = {};

  bool operator==(const user&) const = default;
};

using user_ref = std::shared_ptr<const user>;

} // namespace wamp
