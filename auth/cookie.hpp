// The method "cookie": a browser that has been admitted before is so again, as the same.
// Spec: "Authentication" (advanced profile) names the method. Immutable, so any thread.
#pragma once

#include <wamp/auth/cookie_store.hpp>
#include <wamp/auth/server_method.hpp>

#include <memory>

namespace wamp {

class cookie_method final : public server_method {
public:
  explicit cookie_method(std::shared_ptr<const cookie_store> cookies)
      : cookies_(std::move(cookies)) {}

  std::string_view name() const noexcept override { return "cookie"; }
  bool suits(const login& who) const override { return identity_of(who).has_value(); }
  auth_answer challenge(const login& who) const override;

private:
  std::optional<identity> identity_of(const login& who) const;

  std::shared_ptr<const cookie_store> cookies_;
};

} // namespace wamp
