#include <wamp/actors/answers.hpp>
#include <wamp/actors/overloaded.hpp>
#include <wamp/actors/payload_passthru.hpp>
#include <wamp/actors/session/session_protocol.hpp>
#include <wamp/serialization/uris.hpp>

#include <algorithm>
#include <utility>

namespace wamp {

namespace {

dict with_message(std::string_view text) {
  return text.empty() ? dict{} : dict{{"message", value{text}}};
}

} // namespace

// -- the peer ------------------------------------------------------------------------------------

void session_protocol::open() {
  peer_.expect_soon(patience::hello);
}

void session_protocol::receive(message&& m) {
  switch (state_) {
  case state::opening:
  case state::joining:
  case state::authenticating:
    if (std::holds_alternative<abort>(m)) {
      state_ = state::ended;
      peer_.close(ending::aborted);
    } else if (state_ == state::opening) {
      on_opening(std::move(m));
    } else if (state_ == state::authenticating) {
      on_authenticating(std::move(m));
    } else {
      violation(std::string{name_of(code_of(m))}.append(" came before WELCOME"));
    }
    break;
  case state::established:
    on_established(std::move(m));
    break;
  case state::closing:
    if (std::holds_alternative<goodbye>(m) || std::holds_alternative<abort>(m))
      on_goodbye();
    break;
  case state::leaving:
  case state::ended:
    break;
  }
}

void session_protocol::on_opening(message&& m) {
  auto h = std::get_if<hello>(&m);
  if (!h)
    return violation(std::string{"HELLO must come first, not "}.append(name_of(code_of(m))));
  state_ = state::joining;
  peer_.expect_nothing();
  realm_.join(std::move(*h));
}

void session_protocol::on_authenticating(message&& m) {
  auto a = std::get_if<authenticate>(&m);
  if (!a)
    return violation(
        std::string{"only AUTHENTICATE answers CHALLENGE, not "}.append(name_of(code_of(m))));
  state_ = state::joining;
  peer_.expect_nothing();
  realm_.continue_join(std::move(*a));
}

void session_protocol::on_established(message&& m) {
  std::visit(
      overloaded{
          [&](subscribe& x) { on_request(std::move(x)); },
          [&](unsubscribe& x) { on_request(std::move(x)); },
          [&](publish& x) {
            if (is_passed_through(x.options) && !self_->features.publisher_payload_passthru)
              return violation("payload_passthru_mode was not announced by this publisher");
            on_request(std::move(x));
          },
          [&](register_& x) { on_request(std::move(x)); },
          [&](unregister& x) { on_request(std::move(x)); },
          [&](call& x) { on_call(std::move(x)); },
          [&](cancel& x) { on_cancel(std::move(x)); },
          [&](yield& x) {
            if (is_passed_through(x.options) && !self_->features.callee_payload_passthru)
              return violation("payload_passthru_mode was not announced by this callee");
            on_answer(std::move(x));
          },
          [&](error& x) {
            if (x.request_type != message_code::invocation)
              return violation("a client's ERROR must be for an INVOCATION");
            on_answer(std::move(x));
          },
          [&](goodbye&) {
            // Answered when the realm is done with what came before it: see left().
            owes_goodbye_ = true;
            leave_realm();
            on_goodbye();
          },
          [&](abort&) { end_behind_realm(ending::aborted); },
          [&](auto& x) {
            violation(std::string{name_of(std::remove_reference_t<decltype(x)>::code)}.append(
                " is not for a client to send in an established session"));
          },
      },
      m);
}

template <class Request>
void session_protocol::on_request(Request&& m) {
  auto expected = requests_.expected();
  if (!requests_.accept(m.request))
    return violation(
        "request id " + std::to_string(m.request.value())
        + " out of sequence: " + std::to_string(expected.value()) + " was expected");
  if constexpr (std::is_same_v<Request, call>)
    last_call_ = std::max(last_call_, m.request.value());
  // A peer in this process cannot be made to wait: it is told, where the protocol has words.
  if (paused_ && !peer_.can_pause())
    return refuse_request(m);
  spend_and_forward(std::forward<Request>(m));
}

void session_protocol::on_call(call&& m) {
  const bool more = flag(m.options, "progress");
  if (more && !self_->features.caller_progressive_call_invocations)
    return violation("progressive_call_invocations was not announced by this caller");
  if (is_passed_through(m.options) && !self_->features.caller_payload_passthru)
    return violation("payload_passthru_mode was not announced by this caller");
  if (!progressive_.empty())
    switch (progressive_.receive(m.request, more)) {
    case progressive_calls::part::next:
      return on_call_part(std::move(m));
    case progressive_calls::part::late:
      return;
    case progressive_calls::part::none:
      break;
    }
  if (more)
    progressive_.begin(m.request);
  on_request(std::move(m));
}

void session_protocol::on_call_part(call&& m) {
  // Without one of its parts the call is not what it should be.
  if (paused_ && !peer_.can_pause())
    return spend_and_forward(cancel{m.request, {}});
  spend_and_forward(call_part{std::move(m)});
}

template <class Request>
void session_protocol::refuse_request(const Request& m) {
  if constexpr (std::is_same_v<Request, call>)
    progressive_.answered(m.request);
  if constexpr (std::is_same_v<Request, publish>)
    if (!flag(m.options, "acknowledge"))
      return;
  send_or_give_up(message{refuse(m, uris::unavailable, "too many messages in flight")});
}

void session_protocol::on_cancel(cancel&& m) {
  if (m.request.value() > last_call_)
    return violation("CANCEL of a CALL that was never made");
  spend_and_forward(std::move(m));
}

// Answers to calls that are over are legal, since they may cross a cancel on the wire: the dealer
// discards them. Answers to what was never asked are not.
template <class Answer>
void session_protocol::on_answer(Answer&& m) {
  if (m.request.value() > last_invocation_)
    return violation("answer to an INVOCATION that was never sent");
  spend_and_forward(std::forward<Answer>(m));
}

template <class Message>
void session_protocol::spend_and_forward(Message&& m) {
  account_.spend(weight_of(m));
  realm_.forward(std::forward<Message>(m));
  if (!paused_ && account_.exhausted()) {
    paused_ = true;
    peer_.pause();
  }
}

void session_protocol::refund(const credit& c) {
  account_.refund(c);
  if (paused_ && !account_.exhausted()) {
    paused_ = false;
    peer_.resume();
  }
}

void session_protocol::receive(const decode_error& e) {
  if (state_ != state::ended)
    abort_for(e.to_string(), e.invalid_utf8 ? ending::invalid_utf8 : ending::violation);
}

void session_protocol::violation(std::string_view text) {
  if (state_ != state::ended)
    abort_for(text, ending::violation);
}

void session_protocol::abort_for(std::string_view text, ending how) {
  peer_.send(message{violation_abort(text)});
  end_behind_realm(how);
}

void session_protocol::end_behind_realm(ending how) {
  leave_realm();
  state_ = state::ended;
  if (in_realm_)
    ending_ = how;
  else
    peer_.close(how);
}

void session_protocol::waited_too_long() {
  if (state_ == state::authenticating)
    peer_.send(message{abort{
        with_message("no AUTHENTICATE came in time"),
        std::string{uris::authentication_failed},
        {}}});
  else if (state_ != state::opening && state_ != state::closing)
    return;
  state_ = state::ended;
  peer_.close(ending::timeout);
}

void session_protocol::connection_closed() {
  leave_realm();
  state_ = state::ended;
  ending_.reset();
}

// -- the router ----------------------------------------------------------------------------------

void session_protocol::challenged(challenge m) {
  if (state_ != state::joining)
    return; // the peer went while the router was deciding
  state_ = state::authenticating;
  peer_.expect_soon(patience::authenticate);
  send_or_give_up(message{std::move(m)});
}

void session_protocol::joined(session_ref self, request_id_rules rules, welcome w) {
  in_realm_ = true;
  self_ = std::move(self);
  if (state_ != state::joining)
    return leave_realm(); // the peer went while the router was deciding
  requests_ = request_sequence{rules};
  last_call_ = last_invocation_ = 0;
  progressive_ = {};
  state_ = state::established;
  message greeting{std::move(w)};
  const auto outcome = peer_.send(greeting);
  if (outcome == delivery::accepted || outcome == delivery::gone)
    return;
  // Who takes only the smallest messages learns who it is, and no features.
  std::get<welcome>(greeting).details.set("roles", dict{{"broker", dict{}}, {"dealer", dict{}}});
  send_or_give_up(greeting);
}

void session_protocol::rejected(abort reason) {
  if (state_ != state::joining && state_ != state::authenticating)
    return;
  state_ = state::ended;
  peer_.send(message{std::move(reason)});
  peer_.close(ending::aborted);
}

void session_protocol::end(std::string_view reason, std::string_view text, bool for_good) {
  for_good_ = for_good_ || for_good;
  switch (state_) {
  case state::established:
    peer_.send(message{goodbye{with_message(text), std::string{reason}}});
    leave_realm();
    state_ = state::closing;
    peer_.expect_soon(patience::goodbye);
    break;
  case state::opening:
  case state::joining:
  case state::authenticating:
    state_ = state::ended;
    peer_.send(message{abort{with_message(text), std::string{reason}, {}}});
    peer_.close(for_good ? ending::shutdown : ending::aborted);
    break;
  case state::closing:
  case state::leaving:
  case state::ended:
    break;
  }
}

void session_protocol::on_goodbye() {
  peer_.expect_nothing();
  if (in_realm_)
    state_ = state::leaving;
  else
    reopen_or_close();
}

void session_protocol::leave_realm() {
  if (in_realm_ && self_) {
    self_ = nullptr;
    realm_.leave();
  }
}

void session_protocol::left() {
  in_realm_ = false;
  if (const auto how = std::exchange(ending_, {}))
    return peer_.close(*how);
  if (state_ != state::leaving)
    return;
  if (std::exchange(owes_goodbye_, false))
    peer_.send(message{goodbye{{}, std::string{uris::goodbye_and_out}}});
  reopen_or_close();
}

void session_protocol::reopen_or_close() {
  if (for_good_) {
    state_ = state::ended;
    peer_.close(ending::shutdown);
    return;
  }
  // The transport may carry a new session (spec: "Session Closing").
  account_ = {};
  if (std::exchange(paused_, false))
    peer_.resume();
  state_ = state::opening;
  open();
}

// -- broker and dealer ---------------------------------------------------------------------------

void session_protocol::deliver(const event_ref& e) {
  if (may_deliver())
    peer_.send(e);
}

void session_protocol::deliver(const invocation& m) {
  if (!may_deliver())
    return; // the dealer answers the caller when it learns that this session has left
  last_invocation_ = std::max(last_invocation_, m.request.value()); // it may be one's next part
  switch (peer_.send(m)) {
  case delivery::full:
    return refuse_invocation(m, uris::network_failure);
  case delivery::too_big:
    return refuse_invocation(m, uris::payload_size_exceeded);
  case delivery::accepted:
  case delivery::gone:
    return;
  }
}

void session_protocol::refuse_invocation(const invocation& m, std::string_view uri) {
  auto answer = refuse(m, uri, "the callee does not take more");
  account_.spend(weight_of(answer));
  realm_.forward(std::move(answer));
}

void session_protocol::deliver(const result& m) {
  if (!may_deliver())
    return;
  if (!progressive_.empty() && !flag(m.details, "progress"))
    progressive_.answered(m.request);
  switch (peer_.send(m)) {
  case delivery::too_big:
    return send_or_give_up(
        error{message_code::call, m.request, {}, std::string{uris::payload_size_exceeded}, {}});
  case delivery::full:
    return send_or_give_up(message{m});
  case delivery::accepted:
  case delivery::gone:
    return;
  }
}

void session_protocol::deliver(const error& m) {
  if (!may_deliver())
    return;
  if (!progressive_.empty() && m.request_type == message_code::call)
    progressive_.answered(m.request);
  if (peer_.send(message{m}) == delivery::accepted)
    return;
  // Without its arguments the answer is as small as it can be.
  send_or_give_up(error{m.request_type, m.request, {}, m.uri, {}});
}

// An answer is never silently dropped: a peer that does not take it loses its connection.
void session_protocol::send_or_give_up(const message& m) {
  auto outcome = peer_.send(m);
  if (outcome == delivery::accepted || outcome == delivery::gone)
    return;
  leave_realm();
  state_ = state::ended;
  peer_.close(ending::overflow);
}

} // namespace wamp
