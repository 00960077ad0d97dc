// A client without its actor: its session, what it serves and what it hears, and when it says
// HELLO again. Plain C++: the client actor hands in what its router sends and what the application
// asks for, and carries out what comes back through `router_link` and `client_owner`. Not
// thread-safe.
#pragma once

#include <wamp/actors/client/client_protocol.hpp>
#include <wamp/actors/client/login_offer.hpp>
#include <wamp/actors/client/reconnect_plan.hpp>
#include <wamp/actors/client/registrations.hpp>
#include <wamp/actors/client/responder.hpp>
#include <wamp/actors/client/subscriptions.hpp>
#include <wamp/actors/deadlines.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

enum class client_state : std::uint8_t {
  connecting,   ///< on the way to a session
  joined,       ///< in a session
  disconnected, ///< between two attempts
  stopped,      ///< left, or given up: nothing more happens
};

/// What became of a client, for whoever wants to follow it.
struct client_status {
  client_state state = client_state::connecting;
  session_id session; ///< iff `joined`
  std::string reason; ///< a URI, why there is no session, or empty
  std::string text;   ///< for people
};

/// The router has taken away what a client was subscribed to, or registered for.
struct revocation {
  enum class what : std::uint8_t { subscription, registration };
  what of = what::subscription;
  std::string uri;    ///< topic or procedure
  std::string reason; ///< for people; may be empty
};

struct client_settings {
  std::string realm = {};
  /// Who the user is; empty: the router may decide.
  std::string authid = {};
  /// What the user can show, the best first; the router picks. None: "anonymous".
  std::vector<credentials_ref> credentials = {};
  /// More for HELLO.Details; what stands above, roles and agent are added.
  dict hello_details = {};
  reconnect_settings reconnect = {};
  /// How long the router may take for the answer to HELLO, or to AUTHENTICATE, and to GOODBYE.
  std::chrono::milliseconds join_timeout{10'000};
  std::chrono::milliseconds goodbye_timeout{5'000};
  /// For calls whose options name no `timeout`; 0: they wait for as long as it takes.
  std::chrono::milliseconds call_timeout{0};
  /// Called in the client's actor at every change. Must not block; what it throws is logged.
  std::function<void(const client_status&)> on_status = {};
  /// The same for each revocation. What was revoked stays so, in later sessions too: whoever wants
  /// it back asks for it anew.
  std::function<void(const revocation&)> on_revoked = {};
};

/// What a client waits for with a clock.
enum class client_alarm : std::uint8_t {
  session, ///< the router's answer to HELLO or GOODBYE, or the next attempt
  calls,   ///< the next call, made or served, whose time is over
};

/// What a client needs of whoever runs it.
class client_owner {
public:
  using time_point = std::chrono::steady_clock::time_point;

  virtual ~client_owner() = default;

  /// Opens a new way to the router; answered by connected() or connection_lost().
  virtual void connect() = 0;
  virtual time_point now() const = 0;
  /// Calls alarm(which) after `delay`; replaces what was set for the same before. 0: never.
  virtual void set_alarm(client_alarm which, std::chrono::milliseconds delay) = 0;
  /// `work` takes long: does it where it holds up nobody, and then `then` in the owner's turn, or
  /// never if that has ended.
  virtual void do_aside(std::function<void()> work, std::function<void()> then) = 0;
  /// Nothing more comes of this client.
  virtual void stopped() = 0;
};

/// Serves calls: answers by the responder, now or later. May throw (see wamp_error).
using procedure_handler = std::function<void(const invocation&, responder)>;

class client_core : private client_observer {
public:
  client_core(
      client_settings settings, router_link& link, client_owner& owner,
      std::shared_ptr<answer_line> line);

  // -- from the owner --
  void start();
  void connected();
  void connection_lost(std::string_view text);
  void receive(message&& m);
  void receive(const event& m);
  void receive(const decode_error& e);
  void alarm(client_alarm which);
  /// Ends the session, and the client. No handler is called any more.
  void stop(std::string_view reason);
  /// The same, and nobody wants to hear of it.
  void abandon();
  /// The actor ends without notice: answers everybody who waits, and says nothing to the router.
  void lose_actor();

  // -- from the application --
  client_protocol& protocol() noexcept { return protocol_; }
  /// client_protocol::call, ended by an ERROR wamp.error.timeout and a CANCEL when the `timeout`
  /// (milliseconds) of the message's options, or of the settings, is over. Each progressive result
  /// gives it as long again.
  request_id call(wamp::call&& m, completion<result> done);
  subscriptions& topics() noexcept { return subscriptions_; }
  registrations& procedures() noexcept { return registrations_; }
  const client_status& status() const noexcept { return status_; }
  /// Calls `f` once: when there is a session, now or later, or when the client has stopped.
  void when_joined(completion<session_id> f);
  /// Once it has stopped: why.
  error why_stopped() const;

  procedure_key provide(
      std::string procedure, dict options, procedure_handler handler, registrations::outcome done);

  /// An answer that was given outside of the actor; void if its session is over.
  void answer(std::uint64_t session_count, invocation_answer a);

private:
  bool on_challenge(const challenge& m) override;
  std::optional<std::string> trouble_with(const welcome& m) override;
  void on_joined(const welcome& m) override;
  void on_ended(std::string_view reason, std::string_view text) override;
  void on_invocation(invocation m) override;
  void on_part(invocation m) override;
  void on_interrupt(const interrupt& m) override;
  void on_event(const event& m) override;
  void on_revoked(subscription_id id, const dict& details) override;
  void on_revoked(registration_id id, const dict& details) override;

  using challenge_answer = tl::expected<authenticate, std::string>;
  void answer_challenge(const challenge_answer& answer);
  void serve(const std::shared_ptr<const procedure_handler>& handler, const invocation& m);
  void close(invocation_id id);
  std::shared_ptr<responder::state> find_open(invocation_id id) const;
  void end_parts(std::string_view text);
  std::chrono::milliseconds timeout_of(const wamp::call& m) const;
  void set_deadline(request_id call, std::chrono::milliseconds timeout);
  void set_deadline(const responder::state& served);
  void end_late(invocation_id served);
  void arm_call_alarm();
  void on_calls_due();
  void fail_waiting(std::string_view uri, std::string_view text);
  void tell_revoked(revocation::what of, std::string uri, const dict& details);
  void change(client_state state, std::string_view reason, std::string_view text);

  client_settings settings_;
  router_link& link_;
  client_owner& owner_;
  std::shared_ptr<answer_line> line_;
  client_protocol protocol_;
  subscriptions subscriptions_{protocol_};
  registrations registrations_{protocol_};
  reconnect_plan plan_;
  login_offer offer_;          ///< of the latest HELLO
  std::uint64_t attempts_ = 0; ///< HELLOs
  std::optional<client_owner::time_point> joined_at_;
  deadlines<request_id> deadlines_;
  deadlines<std::uint64_t> serving_until_; ///< by invocation, where the router leaves it to us
  std::optional<client_owner::time_point> call_alarm_; ///< when it strikes
  client_status status_;
  std::uint64_t session_count_ = 0;
  /// What is not answered yet, while somebody may do that.
  tsl::robin_map<std::uint64_t, std::weak_ptr<responder::state>> open_;
  std::vector<completion<session_id>> awaiting_session_;
  bool stopping_ = false;
};

} // namespace wamp
