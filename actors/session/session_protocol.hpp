// What a session does with each message and in which state: HELLO first, ids in sequence,
// GOODBYE answered, a violation punished by ABORT. Plain C++: the session actor hands in what
// its peer, its router, broker and dealer send, and carries out what comes back through
// `peer_link` and `realm_link`. Not thread-safe. Spec: "Sessions" (basic profile).
#pragma once

#include <wamp/actors/broker/shared_event.hpp>
#include <wamp/actors/realm_settings.hpp>
#include <wamp/actors/requests.hpp>
#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/peer_link.hpp>
#include <wamp/actors/session/progressive_calls.hpp>
#include <wamp/actors/session/request_sequence.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/codec.hpp>
#include <wamp/serialization/messages.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// What a session asks of its realm's actors.
class realm_link {
public:
  virtual ~realm_link() = default;

  // -- to the router --
  virtual void join(hello m) = 0;
  virtual void continue_join(authenticate m) = 0; ///< the answer to its CHALLENGE
  virtual void leave() = 0;                       ///< answered by session_protocol::left()

  virtual void forward(broker_request&& m) = 0;
  virtual void forward(dealer_request&& m) = 0;
};

class session_protocol {
public:
  enum class state : std::uint8_t {
    opening,        ///< waits for HELLO
    joining,        ///< the router has HELLO, or AUTHENTICATE
    authenticating, ///< CHALLENGE was sent
    established,    ///< WELCOME was sent
    closing,        ///< GOODBYE was sent, the peer's is awaited
    leaving,        ///< the peer said GOODBYE, the realm still cleans up
    ended,          ///< nothing more is done
  };

  session_protocol(peer_link& peer, realm_link& realm) : peer_(peer), realm_(realm) {}

  state current() const noexcept { return state_; }
  /// The peer has not come in, so that it is not to cost much.
  bool is_with_a_stranger() const noexcept {
    return state_ == state::opening || state_ == state::joining || state_ == state::authenticating;
  }
  /// Messages from the peer must be held back while the realm cleans up after the last session
  /// on this transport.
  bool holds_input() const noexcept { return state_ == state::leaving; }

  /// The peer is there: waits for its HELLO.
  void open();

  // -- from the peer --
  void receive(message&& m);
  void receive(const decode_error& e);
  /// The transport's own rules were broken (say, a binary frame where text was agreed).
  void violation(std::string_view text);
  void waited_too_long();
  void connection_closed();

  // -- from the router --
  void challenged(challenge m);
  void joined(session_ref self, request_id_rules rules, welcome w);
  void rejected(abort reason);
  /// Ends the session from the router's side. `for_good`: the connection goes, too.
  void end(std::string_view reason, std::string_view text, bool for_good);
  void left();

  // -- from broker and dealer --
  void deliver(const event_ref& e);
  void deliver(const invocation& m);
  void deliver(const result& m);
  void deliver(const error& m);
  template <class Message>
  void deliver(const Message& m) {
    if (may_deliver())
      send_or_give_up(message{m});
  }
  void refund(const credit& c);

private:
  /// A peer that said GOODBYE still gets the answers to what it had asked before.
  bool may_deliver() const noexcept {
    return state_ == state::established || (state_ == state::leaving && owes_goodbye_);
  }
  void on_opening(message&& m);
  void on_authenticating(message&& m);
  void on_established(message&& m);
  void on_goodbye();
  void abort_for(std::string_view text, ending how);
  /// Who sees the connection end can take the procedures that were this session's.
  void end_behind_realm(ending how);
  void leave_realm();
  void reopen_or_close();

  template <class Request>
  void on_request(Request&& m);
  template <class Answer>
  void on_answer(Answer&& m);
  template <class Request>
  void refuse_request(const Request& m);
  void on_call(call&& m);
  void on_call_part(call&& m);
  void on_cancel(cancel&& m);
  template <class Message>
  void spend_and_forward(Message&& m);
  void send_or_give_up(const message& m);
  void refuse_invocation(const invocation& m, std::string_view uri);

  peer_link& peer_;
  realm_link& realm_;
  session_ref self_;
  request_sequence requests_{request_id_rules::strict};
  progressive_calls progressive_;
  credit_account account_;
  std::uint64_t last_call_ = 0;
  std::uint64_t last_invocation_ = 0;
  state state_ = state::opening;
  bool in_realm_ = false; ///< from joined() or join() to left()
  bool for_good_ = false;
  bool owes_goodbye_ = false; ///< the peer said GOODBYE first
  bool paused_ = false;
  std::optional<ending> ending_; ///< how the connection ends, once the realm has let go
};

} // namespace wamp
