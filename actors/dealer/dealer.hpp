// What a realm's dealer decides: who serves a call, and that every call gets exactly one answer.
// Plain C++: the dealer actor hands each message in and carries out what comes back through its
// outbox. Not thread-safe.
// Spec: "Remote Procedure Calls" (basic profile), "Call Canceling", "Progressive Call Results",
// "Shared Registration", "Registration Revocation", "Caller Identification", "Call
// Timeouts" (advanced profile).
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/authorization/authorization.hpp>
#include <wamp/actors/cancel_mode.hpp>
#include <wamp/actors/dealer/call_timer.hpp>
#include <wamp/actors/dealer/invocation_details.hpp>
#include <wamp/actors/dealer/invocation_ledger.hpp>
#include <wamp/actors/dealer/registration_table.hpp>
#include <wamp/actors/meta/meta_link.hpp>
#include <wamp/actors/meta/registration_meta.hpp>
#include <wamp/actors/policy/dealer_policy.hpp>
#include <wamp/actors/policy/undecided_sessions.hpp>
#include <wamp/actors/realm_settings.hpp>
#include <wamp/actors/session/outbox.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace wamp {

class dealer {
public:
  /// `post` is for decisions that come later.
  dealer(
      const realm_settings& settings, outbox& out, alarm_clock& clock, meta_link& rest,
      post_work post = {}, turn_clock turns = {});

  void register_(const session_ref& from, const wamp::register_& request) {
    register_(from, request, std::nullopt);
  }
  void unregister(const session_ref& from, const wamp::unregister& request);
  void call(const session_ref& from, wamp::call&& request) {
    call(from, std::move(request), std::nullopt);
  }
  /// Another CALL with the id of one that is open: "Progressive Call Invocations".
  void continue_call(const session_ref& from, wamp::call&& part);
  void cancel(const session_ref& from, const wamp::cancel& request);
  /// An answer to an invocation that is not pending is discarded: the race is legal.
  void yield(const session_ref& from, wamp::yield&& answer);
  void fail(const session_ref& from, wamp::error&& answer);
  /// The clock has struck: ends the calls whose time is over.
  void alarm();
  /// Takes a procedure from all its callees; false when there is no such registration.
  bool revoke(registration_id id, std::string_view reason);
  /// Who decides from here on. Ends the registrations that are not allowed any more, as revoke().
  void decide_by(std::shared_ptr<authorizer> by);
  /// Somebody has still to decide on what the session has asked for: what it asks for next waits,
  /// but not its answers to others' calls.
  bool is_undecided(session_id id) const { return undecided_.contains(id); }
  /// Ends what the session served (its callers get an ERROR) and what it asked for.
  void session_left(session_id id);

  const registration_table& registrations() const noexcept { return registrations_; }
  const invocation_ledger& invocations() const noexcept { return invocations_; }

private:
  void tell(std::string_view topic, session_id who, registration_id what);
  void tell_created(session_id who, const registration& what);
  void tell_removed(const registration_table::removal& what);
  void tell_revoked(const registration_table::removal& what, std::string_view reason);
  void call_meta(meta_owner owner, const session_ref& from, wamp::call&& request);
  std::optional<refusal> check(const wamp::register_& request) const;
  std::optional<refusal> check(const wamp::call& request) const;
  void register_(const session_ref& from, const wamp::register_& request, verdict decided);
  void call(const session_ref& from, wamp::call&& request, verdict decided);
  static std::optional<refusal> check(const session_info& caller, const wamp::yield& answer);
  std::optional<refusal> check_sharing(const session_info& from, const wamp::register_& request);
  bool may_serve(const registration& entry, const callee& to, std::string_view procedure);
  bool is_served(const registration& entry, std::string_view procedure);
  static bool is_plain(const registration& entry, const callee& to, const call_options& options);
  void add(const session_ref& from, const wamp::register_& request, dict attributes);
  const callee* choose(
      registration& entry, std::string_view procedure, const call_options& options,
      const session_set* refused_by = nullptr);
  const callee*
  next_callee(registration& entry, std::string_view procedure, const call_options& options);
  void send_call(
      const session_ref& from, registration& entry, const callee* to, const call_options& options,
      wamp::call&& request);
  void call_by_policy(
      const session_ref& from, const registration& entry, call_options options, wamp::call&& what);
  void call_selected(
      const session_ref& from, registration_id id, session_id selected, const call_options& options,
      wamp::call&& request);
  void call_with_terms(
      const session_ref& from, registration& entry, const callee* to, const call_options& options,
      wamp::call&& request);
  void serve_waiting(registration& entry);
  void hand_to(const callee& to, const registration& entry, const pending_call& call);
  void fail_waiting(const registration& gone);
  void send_part(
      const session_ref& to, invocation_id id, const call_terms& terms, payload&& args,
      bool is_last);
  void drop_parts(const pending_call& call);
  void start_timer(const pending_call& call);
  void stop_timer(const pending_call& call);
  void interrupt_callee(const pending_call& entry, cancel_mode mode);
  bool reroute(const session_info& from, const pending_call& call);
  void pass_progress_on(const session_ref& from, wamp::yield&& answer);
  void give_up(const pending_call& call, const refusal& why);
  void end_call(const pending_call& entry, std::string_view uri, std::string_view text = {});
  void settle(const pending_call& closed);
  static constexpr const char* not_one_binary = "with ppt_scheme, the arguments must be one binary";

  uri_rules uri_rules_;
  std::shared_ptr<dealer_policy> policy_;
  undecided_sessions undecided_;
  authorization authorization_;
  invocation_details details_;
  disclosure disclose_callers_;
  random_source random_;
  std::size_t max_waiting_;
  std::function<std::chrono::system_clock::time_point()> wall_clock_;
  outbox& out_;
  meta_link& rest_;
  registration_table registrations_;
  registration_meta registration_meta_{registrations_};
  invocation_ledger invocations_;
  call_timer timer_;
  std::uint64_t last_ticket_ = 0;
};

} // namespace wamp
