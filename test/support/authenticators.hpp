// Authenticators of the tests' own.
#pragma once

#include <wamp/actors/authentication/authenticator.hpp>
#include <wamp/serialization/uris.hpp>

#include <doctest/doctest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace wamp::test {

inline admission admission_of(std::string authid, std::string role = "user") {
  return {{std::move(authid), std::move(role), "ticket", "test"}};
}

/// Knows one ticket, and decides at once.
class ticket_authenticator : public authenticator {
public:
  explicit ticket_authenticator(std::string ticket = "secret") : ticket_(std::move(ticket)) {}

  void challenge(const login_ref&, decider<auth_step> decide) override {
    decide(auth_step{auth_challenge{{"ticket", {}}}});
  }
  void check_challenge(
      const login_ref& who, const auth_challenge&, const authenticate& response,
      decider<auth_step> decide) override {
    if (response.signature == ticket_)
      decide(auth_step{admission_of(std::string{who->authid()})});
    else
      decide.deny(std::string{uris::authentication_denied});
  }

private:
  std::string ticket_;
};

/// Leaves it to the test.
class asking_authenticator : public authenticator {
public:
  struct question {
    login_ref who;
    decider<auth_step> decide;
    auth_challenge asked = {};
    authenticate response = {};
  };
  std::deque<question> asked;

  void challenge(const login_ref& who, decider<auth_step> decide) override {
    asked.push_back({who, std::move(decide)});
  }
  void check_challenge(
      const login_ref& who, const auth_challenge& to, const authenticate& response,
      decider<auth_step> decide) override {
    asked.push_back({who, std::move(decide), to, response});
  }

  question next() {
    REQUIRE_FALSE(asked.empty());
    auto q = std::move(asked.front());
    asked.pop_front();
    return q;
  }
};

class throwing_authenticator : public authenticator {
public:
  void challenge(const login_ref&, decider<auth_step>) override {
    throw std::runtime_error{"no database"};
  }
};

inline std::vector<auth_method>
by_ticket(std::shared_ptr<authenticator> by = std::make_shared<ticket_authenticator>()) {
  return {{"ticket", std::move(by)}};
}

} // namespace wamp::test
