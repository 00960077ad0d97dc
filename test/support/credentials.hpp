// Credentials of the tests' own.
#pragma once

#include <wamp/auth/client_credentials.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace wamp::test {

/// What a client shows, and what it makes of the router. Made by the tests, changed before use.
struct test_credentials : client_credentials {
  std::string name = "ticket";
  std::string ticket = "secret"; ///< empty: the router is not believed
  dict extra = {};
  bool slow = false;
  bool throws = false;
  std::string wants = {}; ///< in WELCOME.Details.authextra.verifier

  explicit test_credentials(std::string method = "ticket") : name(std::move(method)) {}

  std::string_view method() const noexcept override { return name; }
  bool is_slow() const noexcept override { return slow; }
  std::unique_ptr<client_login>
  begin(const std::string& authid, const channel_bindings*) const override {
    return std::make_unique<attempt>(*this, authid);
  }

private:
  struct attempt : client_login {
    const test_credentials& owner;
    std::string authid;

    attempt(const test_credentials& c, std::string who) : owner(c), authid(std::move(who)) {}
    dict extra() override { return owner.extra; }
    tl::expected<authenticate, std::string> answer(const challenge&) override {
      if (owner.throws)
        throw std::runtime_error{"no memory"};
      if (owner.ticket.empty())
        return tl::unexpected(std::string{"this is another router"});
      return authenticate{owner.ticket, {{"by", authid}}};
    }
    std::optional<std::string> trouble_with(const welcome& m) override {
      const auto said = find<dict>(m.details, "authextra");
      const auto proof = said ? find<std::string>(*said, "verifier") : nullptr;
      if (owner.wants.empty() || (proof && *proof == owner.wants))
        return std::nullopt;
      return "the router has not proven that it is " + owner.wants;
    }
  };
};

inline std::shared_ptr<test_credentials> test_ticket(std::string ticket = "secret") {
  auto c = std::make_shared<test_credentials>();
  c->ticket = std::move(ticket);
  return c;
}

} // namespace wamp::test
