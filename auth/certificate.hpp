// The method "tls": the peer has shown a certificate while the connection was made, and TLS has
// proven that it is the peer's; so nothing more is asked.
// Spec: "TLS Certificate-based Authentication" (advanced profile). Immutable, so any thread.
#pragma once

#include <wamp/auth/client_credentials.hpp>
#include <wamp/auth/server_method.hpp>
#include <wamp/auth/user_directory.hpp>

namespace wamp {

class certificate_method final : public server_method {
public:
  explicit certificate_method(user_directory_ref users) : users_(std::move(users)) {}

  std::string_view name() const noexcept override { return "tls"; }
  bool suits(const login& who) const override { return who.peer->certificate.has_value(); }
  auth_answer challenge(const login& who) const override;

private:
  user_directory_ref users_;
};

/// The client's connection shows the certificate (tls_options::certificate_file); this offers to be
/// known by it.
class certificate_credentials final : public client_credentials {
public:
  std::string_view method() const noexcept override { return "tls"; }
  std::unique_ptr<client_login>
  begin(const std::string& authid, const channel_bindings* channel) const override;
};

} // namespace wamp
