// The method "cryptosign": the peer signs a challenge with its private key; the router does the
// same when it is asked to. With channel binding, both sign for one TLS connection; but as the
// specification combines challenge and channel by XOR, somebody in between who can choose the
// challenge, and knows both channels, is not kept out: the router's certificate must do that.
// Spec: "Cryptosign-based Authentication" (advanced profile), RFC 8032.
// Methods and credentials are immutable, so any thread; the functions are pure.
#pragma once

#include <wamp/auth/client_credentials.hpp>
#include <wamp/auth/crypto.hpp>
#include <wamp/auth/server_method.hpp>
#include <wamp/auth/user_directory.hpp>

#include <utility>

namespace wamp {

namespace cryptosign {

/// What is signed: the challenge's 32 octets, with those of the channel if there is one.
std::string message(std::string_view challenge, std::string_view channel_id);
/// The signature and the message, in hexadecimal digits.
std::string sign(const crypto::ed25519_key& key, std::string_view text);
/// Whether `signature` is just that.
bool is_signed(std::string_view signature, std::string_view public_key, std::string_view text);

} // namespace cryptosign

class cryptosign_method final : public server_method {
public:
  /// `key`: the router's own, for those who want to know whom they talk to.
  explicit cryptosign_method(
      user_directory_ref users, std::optional<crypto::ed25519_key> key = std::nullopt)
      : users_(std::move(users)), key_(std::move(key)) {}

  std::string_view name() const noexcept override { return "cryptosign"; }
  auth_answer challenge(const login& who) const override;
  auth_answer
  check(const login& who, const auth_challenge& asked, const authenticate& response) const override;

private:
  user_directory_ref users_;
  std::optional<crypto::ed25519_key> key_;
};

class cryptosign_credentials final : public client_credentials {
public:
  struct options {
    std::string binding = {}; ///< "tls-unique" or "tls-exporter"; empty: none
    /// 32 octets: the router must prove that it has this key. Empty: it need prove nothing.
    std::string router_key = {};
  };

  explicit cryptosign_credentials(crypto::ed25519_key key)
      : cryptosign_credentials(std::move(key), options{}) {}
  cryptosign_credentials(crypto::ed25519_key key, options how)
      : key_(std::move(key)), options_(std::move(how)) {}

  std::string_view method() const noexcept override { return "cryptosign"; }
  std::unique_ptr<client_login>
  begin(const std::string& authid, const channel_bindings* channel) const override;

private:
  crypto::ed25519_key key_;
  options options_;
};

/// The private key in a file's text: its seed as 64 hexadecimal digits, white space around them, or
/// the line `private-key-ed25519: DIGITS` of a key file of Crossbar's. The error says what is
/// wrong.
tl::expected<crypto::ed25519_key, std::string> parse_private_key(std::string_view text);

} // namespace wamp
