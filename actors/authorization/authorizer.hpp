// Who decides what sessions may do. Given to a realm by realm_settings::authorize; there are the
// application's own (a function, an object, an actor), the roles of a configuration
// (role_permissions.hpp), and a procedure of the realm (procedure_authorizer.hpp).
// Spec: "Authorization" (advanced profile).
#pragma once

#include <wamp/actors/authorization/attempt.hpp>
#include <wamp/actors/policy/decision.hpp>
#include <wamp/serialization/uris.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace wamp {

/// Called by the realm's broker and by its dealer, on two threads; nothing of it may block. If it
/// throws, the request is refused with wamp.error.authorization_failed.
class authorizer {
public:
  virtual ~authorizer() = default;

  /// The decision, if it takes no time: for each request, and for each URI that a pattern brings to
  /// each session. A permit that is valid for a while must be the same for all sessions of the
  /// role.
  virtual std::optional<permit> known(const session_info& who, const attempt& what) const {
    static_cast<void>(who);
    static_cast<void>(what);
    return std::nullopt;
  }

  /// A decision that is not known: at once, or later and from any thread. Until then the session's
  /// next requests wait, and nobody else's. Asked for requests only: one that allows a pattern
  /// allows what that brings. `decide.deny(uri, text)` refuses in words of its own.
  virtual void ask(authorization_request request, decider<permit> decide) {
    static_cast<void>(request);
    decide.deny(std::string{uris::authorization_failed}, "nobody decides about this");
  }
};

/// A function `bool(const session_info&, action, std::string_view uri)` that decides at once. To
/// subscribe to a pattern, or register one, the pattern itself must be allowed, and each URI that
/// it brings.
template <class Function>
std::shared_ptr<authorizer> authorize_by(Function may) {
  class by_function : public authorizer {
  public:
    explicit by_function(Function f) : may_(std::move(f)) {}
    std::optional<permit> known(const session_info& who, const attempt& what) const override {
      return permit{may_(who, what.what, what.uri)};
    }

  private:
    Function may_;
  };
  return std::make_shared<by_function>(std::move(may));
}

} // namespace wamp
