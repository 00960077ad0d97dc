// The method "cookie": a browser that has been admitted before is so again, as the same.
// Spec: "Authentication" (advanced profile) names the method. Immutable, so any thread.
#pragma once

#include <wamp/auth/cookie_store.hpp>
#include <wamp/auth/server_method.hpp>
#include <wamp/auth/user_directory.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace wamp {

class cookie_method final : public server_method {
public:
  /// `users`: of whom these let in, a cookie is good while they are there with that role; may be
  /// nullptr.
  explicit cookie_method(
      std::shared_ptr<const cookie_store> cookies, user_directory_ref users = nullptr)
      : cookies_(std::move(cookies)), users_(std::move(users)) {}

  std::string_view name() const noexcept override { return "cookie"; }
  bool suits(const login& who) const override { return identity_of(who).has_value(); }
  auth_answer challenge(const login& who) const override;

private:
  std::optional<identity> identity_of(const login& who) const;
  bool is_gone(const identity& who) const;

  std::shared_ptr<const cookie_store> cookies_;
  user_directory_ref users_;
};

} // namespace wamp
