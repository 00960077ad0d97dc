// One peer that wants to come into a realm, and the steps by which it gets there: what every method
// of authentication is given, and gives. Values; immutable once made, so any thread.
// Spec: "Authentication" (advanced profile).
#pragma once

#include <wamp/auth/identity.hpp>
#include <wamp/auth/peer_facts.hpp>
#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/value.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace wamp {

/// Who wants to come in, and how.
struct login {
  std::string method; ///< the one that the realm has chosen
  std::string realm;
  session_id session; ///< the one that WELCOME will carry
  dict hello;         ///< HELLO.Details
  peer_ref peer;      ///< never nullptr

  /// HELLO.Details.authid, or empty.
  std::string_view authid() const noexcept {
    const auto name = find<std::string>(hello, "authid");
    return name ? std::string_view{*name} : std::string_view{};
  }
  /// HELLO.Details.authextra, or nullptr.
  const dict* extra() const noexcept { return find<dict>(hello, "authextra"); }
};

using login_ref = std::shared_ptr<const login>;

/// A CHALLENGE for the peer, and what its method needs to know of it when the answer comes.
struct auth_challenge {
  wamp::challenge ask;
  std::shared_ptr<const void> memory = {}; ///< the method's own
};

/// The peer may come in.
struct admission {
  identity who;
  dict extra = {}; ///< WELCOME.Details.authextra; empty: none
};

/// What comes next for a login. A second CHALLENGE behind the answer to the first is a second
/// factor.
using auth_step = std::variant<auth_challenge, admission>;

} // namespace wamp
