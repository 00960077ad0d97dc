// The method "ticket": whoever has the ticket may come in. It travels as it is, so the connection
// should be TLS; the router keeps a hash of it.
// Spec: "Ticket-based Authentication" (advanced profile). Immutable, so any thread.
#pragma once

#include <wamp/auth/candidate.hpp>
#include <wamp/auth/client_credentials.hpp>
#include <wamp/auth/server_method.hpp>

namespace wamp {

class ticket_method final : public server_method {
public:
  explicit ticket_method(candidates users) : users_(std::move(users)) {}

  std::string_view name() const noexcept override { return "ticket"; }
  bool is_slow() const noexcept override { return true; }
  auth_answer challenge(const login& who) const override;
  auth_answer
  check(const login& who, const auth_challenge& asked, const authenticate& response) const override;

private:
  candidates users_;
};

class ticket_credentials final : public client_credentials {
public:
  explicit ticket_credentials(std::string ticket) : ticket_(std::move(ticket)) {}

  std::string_view method() const noexcept override { return "ticket"; }
  std::unique_ptr<client_login>
  begin(const std::string& authid, const channel_bindings* channel) const override;

private:
  std::string ticket_;
};

} // namespace wamp
