// The method "wamp-scram": both sides prove that they know a password, or what was made of it, and
// neither tells the other. With channel binding also that they speak over one TLS connection.
// Spec: "Salted Challenge Response Authentication" (advanced profile), RFC 5802, RFC 7677.
// Methods and credentials are immutable, so any thread; the functions are pure.
#pragma once

#include <wamp/auth/candidate.hpp>
#include <wamp/auth/client_credentials.hpp>
#include <wamp/auth/server_method.hpp>

namespace wamp {

namespace scram {

/// What both sides sign: RFC 5802's messages, put together from WAMP's.
struct exchange {
  std::string authid; ///< in the form of SASLprep
  std::string client_nonce;
  std::string nonce; ///< the client's, and the router's behind it
  std::string salt;  ///< base64
  std::uint32_t iterations = 0;
  std::string binding = {};      ///< the type of the channel binding, or empty
  std::string binding_data = {}; ///< octets

  std::string auth_message() const;
};

struct keys {
  std::string client_key;
  std::string stored_key;
  std::string server_key;
};

/// The slow part. `password`: in the form of SASLprep. Of `v` only salt and costs are looked at.
std::string salted_password(std::string_view password, const scram_verifier& v);
keys keys_of(std::string_view salted_password);

std::string client_proof(const keys& k, std::string_view auth_message);
std::string server_signature(std::string_view server_key, std::string_view auth_message);
/// Whether whoever made `proof` has the password.
bool is_proof(std::string_view proof, std::string_view stored_key, std::string_view auth_message);

/// Of what a router may ask a client: less would give the password away, more is an attack on the
/// client. Costs of Argon2 are KiB times iterations.
inline constexpr std::int64_t least_pbkdf2_iterations = 4096;
inline constexpr std::int64_t least_argon2_cost = 16'384;
inline constexpr std::int64_t most_argon2_cost = 8'388'608;

} // namespace scram

class scram_method final : public server_method {
public:
  explicit scram_method(candidates users) : users_(std::move(users)) {}

  std::string_view name() const noexcept override { return "wamp-scram"; }
  auth_answer challenge(const login& who) const override;
  auth_answer
  check(const login& who, const auth_challenge& asked, const authenticate& response) const override;

private:
  candidates users_;
};

class scram_credentials final : public client_credentials {
public:
  /// `binding`: "tls-unique", "tls-exporter" or "tls-server-end-point"; empty: none.
  explicit scram_credentials(std::string password, std::string binding = {})
      : password_(std::move(password)), binding_(std::move(binding)) {}

  std::string_view method() const noexcept override { return "wamp-scram"; }
  bool is_slow() const noexcept override { return true; }
  std::unique_ptr<client_login>
  begin(const std::string& authid, const channel_bindings* channel) const override;

private:
  std::string password_;
  std::string binding_;
};

} // namespace wamp
