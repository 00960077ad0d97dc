// The client's half of a session: HELLO and its answer, which requests are open, what each message
// of the router means. The counterpart of session_protocol. Plain C++: whoever holds it hands in
// what the router sends and what the application wants, and carries out what comes back through
// `router_link` and `client_observer`. One for all sessions of a client, one after the other. Not
// thread-safe. Spec: "Sessions", "Publish and Subscribe", "Remote Procedure Calls" (basic profile).
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/announcement.hpp>
#include <wamp/actors/session/progressive_calls.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/auth/peer_facts.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/messages.hpp>
#include <wamp/serialization/uris.hpp>

#include <tl/expected.hpp>
#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace wamp {

/// The way to the router: a socket, or a session in the same process.
class router_link {
public:
  virtual ~router_link() = default;

  /// `full` or `too_big`: the message was not sent, and its request is over.
  enum class sent : std::uint8_t { yes, full, too_big };
  virtual sent send(message&& m) = 0;

  /// Nothing more is said; what was sent before still goes out.
  virtual void close() = 0;

  /// What TLS has agreed upon with the router; nullptr without TLS.
  virtual const channel_bindings* channel() const { return nullptr; }
};

/// What a client hears of its session. Must not throw; may call the protocol from inside.
class client_observer {
public:
  virtual ~client_observer() = default;

  /// To be answered by authenticate() or distrust(), now or later. False: that was not offered.
  virtual bool on_challenge(const challenge& m) = 0;
  /// A sentence if the router is not to be believed: there is no session then.
  virtual std::optional<std::string> trouble_with(const welcome& m) = 0;
  virtual void on_joined(const welcome& m) = 0;
  /// Exactly once for each join(): it was refused, or the session is over. `reason` is the URI of
  /// the router's ABORT or GOODBYE, of ours, or wamp.error.network_failure; `text` is for people.
  /// What was requested has failed by then.
  virtual void on_ended(std::string_view reason, std::string_view text) = 0;

  /// To be answered by yield() or fail(), once, at any time.
  virtual void on_invocation(invocation m) = 0;
  /// More arguments of one that is not answered yet, and said that more would come.
  virtual void on_part(invocation m) = 0;
  /// The caller of that invocation waits no more. An answer is still due.
  virtual void on_interrupt(const interrupt& m) = 0;
  virtual void on_event(const event& m) = 0;

  virtual void on_revoked(subscription_id id, const dict& details) = 0;
  virtual void on_revoked(registration_id id, const dict& details) = 0;
};

/// How a request ended: what the router answered, or an ERROR: the router's, or one made here when
/// there is no session or it ended first. Must be callable; called exactly once, and not before
/// the request returns if it was sent.
template <class Answer>
using completion = std::function<void(tl::expected<Answer, error>)>;

class client_protocol {
public:
  enum class state : std::uint8_t {
    idle,           ///< no session
    joining,        ///< HELLO was sent, or AUTHENTICATE
    authenticating, ///< CHALLENGE came
    established,    ///< WELCOME came
    closing,        ///< our GOODBYE was sent, the router's is awaited
  };

  client_protocol(router_link& router, client_observer& observer)
      : router_(router), observer_(observer) {}

  state current() const noexcept { return state_; }
  /// Of the session that is, or was last.
  session_id session() const noexcept { return session_; }

  /// Says HELLO, with the roles of a client, as much of them as the router takes; in state `idle`
  /// only.
  void join(hello m);
  /// Answers CHALLENGE; in state `authenticating` only.
  void authenticate(wamp::authenticate m);
  /// Leaves a router that is not believed, before there is a session. The session has ended with
  /// wamp.error.authentication_denied: it is us who deny.
  void distrust(std::string_view text);
  /// Says GOODBYE, or takes HELLO back.
  void leave(std::string_view reason);

  /// Answers all open requests with this ERROR; what the router says to them is void.
  void fail_all(std::string_view uri, std::string_view text);

  // -- from the router --
  void receive(message&& m);
  /// The same for one that others see, too.
  void receive(const event& m);
  void receive(const decode_error& e);
  void connection_lost(std::string_view text);
  /// GOODBYE or the answer to HELLO, or to AUTHENTICATE, did not come.
  void waited_too_long();

  // -- from the application; the ids in the messages are set here. Options of the wrong type are
  // refused with wamp.error.invalid_argument, as the router would end the session over them --

  /// Several results if `receive_progress` was asked for: all but the last are progressive.
  /// Returns the id for cancel(); 0 if it was not sent. With the option `progress`, more of its
  /// arguments come by continue_call().
  request_id call(wamp::call&& m, completion<result> done);
  /// The next part of the arguments of the call with this id; the last has no option `progress`.
  /// Nothing happens if the call is over. If it can not be sent, the call is given up.
  void continue_call(wamp::call part);
  /// Nothing happens if the call is over.
  void cancel(request_id call, std::string_view mode);
  /// Ends the call here with an ERROR, and by CANCEL with the router, whose answer nobody hears.
  /// Nothing happens if the call is over.
  void give_up(request_id call, std::string_view uri, std::string_view text);

  /// `done` is called only if the message's options ask for an acknowledgement, or if it could not
  /// be sent.
  void publish(wamp::publish&& m, completion<published> done);
  void subscribe(wamp::subscribe m, completion<subscribed> done);
  void unsubscribe(subscription_id id, completion<unsubscribed> done);
  void register_(wamp::register_ m, completion<registered> done);
  void unregister(registration_id id, completion<unregistered> done);

  /// Answers to an INVOCATION. Without effect when the session has ended meanwhile, or the
  /// invocation has been answered. One that can not be sent becomes an ERROR; if even that can not
  /// be, the session ends.
  void yield(wamp::yield m);
  void fail(invocation_id id, error m);

private:
  using pending = std::variant<
      completion<result>, completion<published>, completion<subscribed>, completion<unsubscribed>,
      completion<registered>, completion<unregistered>>;

  template <class Message>
  bool knows_passthru() const;
  template <class Message>
  std::optional<refusal> trouble_with(Message& m) const;
  template <class Request>
  tl::expected<request_id, error> transmit(Request&& m);
  template <class Request, class Answer>
  request_id request(Request&& m, completion<Answer> done);
  template <class Answer>
  void on_answer(Answer&& m);
  template <class Id, class Answer>
  void on_revocation(const Answer& m, std::string_view key);
  void on_result(result&& m);
  void on_error(error&& m);
  void on_joining(message&& m);
  void on_authenticating(const message& m);
  void on_welcome(const welcome& m);
  void on_abort(const abort& m);
  void on_established(message&& m);
  void on_invocation(invocation&& m);
  bool close(invocation_id id);
  template <class Answer>
  void send_answer(invocation_id id, Answer m);
  void end_call(request_id call, std::string_view uri, std::string_view text);
  void violation(std::string_view text);
  void end(std::string_view reason, std::string_view text);

  router_link& router_;
  client_observer& observer_;
  state state_ = state::idle;
  session_id session_;
  std::uint64_t last_request_ = 0;
  std::string leaving_for_;
  client_features announced_;
  router_features router_has_;
  tsl::robin_map<std::uint64_t, pending> pending_;
  tsl::robin_set<std::uint64_t> invocations_; ///< not answered yet
  progressive_calls in_parts_;                ///< invocations of which not all parts have come
};

} // namespace wamp
