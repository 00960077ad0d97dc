// A client's half of a method of authentication: what it says of itself in HELLO, how it answers
// CHALLENGE, and what it makes of WELCOME. One file per method holds both halves; this is what a
// client knows of them. Spec: "Authentication" (advanced profile).
#pragma once

#include <wamp/auth/peer_facts.hpp>
#include <wamp/serialization/messages.hpp>

#include <tl/expected.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// One login, with what it has to remember (nonces). Not thread-safe.
class client_login {
public:
  virtual ~client_login() = default;

  /// For HELLO.Details.authextra; called once, first.
  virtual dict extra() { return {}; }

  /// The answer to the router's CHALLENGE. The error is a sentence: the router is not believed, or
  /// asks for what nobody should answer; the client leaves with ABORT.
  virtual tl::expected<authenticate, std::string> answer(const challenge& asked) = 0;

  /// A sentence if WELCOME does not prove what the method lets a router prove: the client leaves.
  virtual std::optional<std::string> trouble_with(const welcome& m) {
    static_cast<void>(m);
    return std::nullopt;
  }
};

/// What a user has to show, for one method. Immutable, so any thread; shared by the sessions of a
/// client.
class client_credentials {
public:
  virtual ~client_credentials() = default;

  /// As in HELLO.Details.authmethods.
  virtual std::string_view method() const noexcept = 0;

  /// True if answer() takes so long that it must not hold up an actor.
  virtual bool is_slow() const noexcept { return false; }

  /// For a new session. `channel`: nullptr without TLS.
  virtual std::unique_ptr<client_login>
  begin(const std::string& authid, const channel_bindings* channel) const = 0;
};

} // namespace wamp
