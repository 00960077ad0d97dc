// The router's half of a method of authentication. One shape for all methods, so that one adapter
// gives them to a realm. Thread-safe: a method remembers nothing of a login; what it needs when the
// answer comes travels in auth_challenge::memory. So an answer to one CHALLENGE is none to another.
// Spec: "Authentication" (advanced profile).
#pragma once

#include <wamp/auth/login.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/uris.hpp>

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace wamp {

/// The ABORT: reason and text.
struct refused {
  std::string uri;
  std::string text = {};
  bool operator==(const refused&) const = default;
};

/// Wrong credentials, or nobody of that name: the peer is not told which.
inline tl::unexpected<refused> denied() {
  return tl::unexpected(refused{std::string{uris::authentication_denied}});
}

/// What the peer sent is not of this method; it would be the same for every user.
inline tl::unexpected<refused> failed(std::string text) {
  return tl::unexpected(refused{std::string{uris::authentication_failed}, std::move(text)});
}

using auth_answer = tl::expected<auth_step, refused>;

class server_method {
public:
  virtual ~server_method() = default;

  /// As in HELLO.Details.authmethods.
  virtual std::string_view name() const noexcept = 0;

  /// False when the peer has not got what the method looks at, and another should be tried.
  virtual bool suits(const login& who) const {
    static_cast<void>(who);
    return true;
  }

  /// The first step of a login: a CHALLENGE, or an admission at once. Quick.
  virtual auth_answer challenge(const login& who) const = 0;

  /// What the answer to `asked`, a challenge of this method for this login, leads to.
  virtual auth_answer
  check(const login& who, const auth_challenge& asked, const authenticate& response) const {
    static_cast<void>(who);
    static_cast<void>(asked);
    static_cast<void>(response);
    return failed("this method asks nothing");
  }

  /// True if check() derives a key, and must not hold up an actor.
  virtual bool is_slow() const noexcept { return false; }
};

} // namespace wamp
