// What a realm's dealer decides: who serves a call, and that every call gets exactly one answer.
// Plain C++: the dealer actor hands each message in and carries out what comes back through
// `dealer_outbox`. Not thread-safe.
// Spec: "Remote Procedure Calls" (basic profile), "Call Canceling" (advanced profile).
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/dealer/invocation_ledger.hpp>
#include <wamp/actors/dealer/registration_table.hpp>
#include <wamp/actors/realm_settings.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>

#include <optional>

namespace wamp {

/// What a dealer wants sent; the order of calls is the order in which a session must see them.
class dealer_outbox {
public:
  virtual ~dealer_outbox() = default;
  virtual void deliver(const session_ref& to, const registered&) = 0;
  virtual void deliver(const session_ref& to, const unregistered&) = 0;
  virtual void deliver(const session_ref& to, const invocation&) = 0;
  virtual void deliver(const session_ref& to, const interrupt&) = 0;
  virtual void deliver(const session_ref& to, const result&) = 0;
  virtual void deliver(const session_ref& to, const error&) = 0;
};

class dealer {
public:
  dealer(const realm_settings& settings, dealer_outbox& out);

  void register_(const session_ref& from, const wamp::register_& request);
  void unregister(const session_ref& from, const wamp::unregister& request);
  void call(const session_ref& from, const wamp::call& request);
  void cancel(const session_ref& from, const wamp::cancel& request);
  /// An answer to an invocation that is not pending is discarded: the race is legal.
  void yield(const session_ref& from, const wamp::yield& answer);
  void fail(const session_ref& from, const wamp::error& answer);
  /// Ends what the session served (its callers get an ERROR) and what it asked for.
  void session_left(session_id id);

  const registration_table& registrations() const noexcept { return registrations_; }
  const invocation_ledger& invocations() const noexcept { return invocations_; }

private:
  std::optional<refusal> check(const session_info& from, const wamp::register_& request) const;
  std::optional<refusal> check(const session_info& from, const wamp::call& request) const;
  bool may(const session_info& from, action what, std::string_view procedure) const {
    return !authorize_ || authorize_(from, what, procedure);
  }

  uri_rules uri_rules_;
  authorizer authorize_;
  std::size_t max_pending_calls_;
  dealer_outbox& out_;
  registration_table registrations_;
  invocation_ledger invocations_;
};

} // namespace wamp
