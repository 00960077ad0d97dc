// The method "wampcra": the peer signs a challenge with a secret that both know, or that it makes
// of a password and the salt that it is told.
// Spec: "Challenge Response Authentication" (advanced profile). Immutable, so any thread.
#pragma once

#include <wamp/auth/candidate.hpp>
#include <wamp/auth/client_credentials.hpp>
#include <wamp/auth/server_method.hpp>

namespace wamp {

namespace cra {
/// The signature of a challenge.
std::string sign(std::string_view key, std::string_view challenge);
/// The key that a password becomes with a salt: text, as the specification does not say, but as
/// all others have it.
std::string salted_key(std::string_view password, const cra_secret::salting& how);
} // namespace cra

class cra_method final : public server_method {
public:
  explicit cra_method(candidates users) : users_(std::move(users)) {}

  std::string_view name() const noexcept override { return "wampcra"; }
  auth_answer challenge(const login& who) const override;
  auth_answer
  check(const login& who, const auth_challenge& asked, const authenticate& response) const override;

private:
  candidates users_;
};

class cra_credentials final : public client_credentials {
public:
  /// A secret, or a password if the router says how it is salted.
  explicit cra_credentials(std::string secret) : secret_(std::move(secret)) {}

  std::string_view method() const noexcept override { return "wampcra"; }
  bool is_slow() const noexcept override { return true; }
  std::unique_ptr<client_login>
  begin(const std::string& authid, const channel_bindings* channel) const override;

private:
  std::string secret_;
};

} // namespace wamp
