// What a client offers in one HELLO: a login for each of its credentials, of which the router picks
// one. Pure; owned by client_core, not thread-safe. Spec: "Authentication" (advanced profile).
#pragma once

#include <wamp/auth/client_credentials.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// Any thread may hold them.
using credentials_ref = std::shared_ptr<const client_credentials>;

class login_offer {
public:
  /// Offers nothing: the router is asked for nothing in particular, and believed.
  login_offer() = default;
  /// `channel`: nullptr without TLS.
  login_offer(
      const std::vector<credentials_ref>& credentials, const std::string& authid,
      const channel_bindings* channel);

  /// What HELLO says of it. Of what several logins would set in authextra the first's stays.
  void add_to(dict& hello_details) const;

  struct entry {
    credentials_ref credentials;
    std::shared_ptr<client_login> login;
    dict extra;
    bool is_asked = false; ///< by a CHALLENGE
  };
  /// The one that this CHALLENGE is for; nullptr: its method was not offered.
  const entry* take(const challenge& asked);

  /// A sentence if the WELCOME is not to be believed. The logins that the router has asked must be
  /// content; if it asked none, the one that it says to have taken.
  std::optional<std::string> trouble_with(const welcome& m) const;

private:
  std::string authid_;
  std::vector<entry> all_;
};

} // namespace wamp
