#include <wamp/actors/client/client_protocol.hpp>
#include <wamp/actors/overloaded.hpp>
#include <wamp/actors/payload_passthru.hpp>
#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/option_rules.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace wamp {

namespace {

template <class Answer>
constexpr message_code request_of = message_code::call;
template <>
constexpr message_code request_of<published> = message_code::publish;
template <>
constexpr message_code request_of<subscribed> = message_code::subscribe;
template <>
constexpr message_code request_of<unsubscribed> = message_code::unsubscribe;
template <>
constexpr message_code request_of<registered> = message_code::register_;
template <>
constexpr message_code request_of<unregistered> = message_code::unregister;

template <class Answer>
message_code type_of(const completion<Answer>&) {
  return request_of<Answer>;
}

template <class Request>
std::optional<std::string> wrong_option_of(Request& m) {
  if (auto wrong = check_options(Request::code, m.options, 0, false)) {
    wrong->path.erase(wrong->path.begin()); // which element of the message
    return wrong->text + ", in the option " + to_string(wrong->path).substr(1);
  }
  return std::nullopt;
}

/// Parts of invocations are counted as those of calls are, by the router.
request_id as_call(invocation_id id) {
  return request_id{id.value()};
}

std::string_view text_of(const dict& details) {
  auto text = find<std::string>(details, "message");
  return text ? std::string_view{*text} : std::string_view{};
}

} // namespace

void client_protocol::join(hello m) {
  state_ = state::joining;
  last_request_ = 0;
  auto how = router_link::sent::too_big;
  for (auto much : {announcing::all, announcing::what_routers_need, announcing::roles})
    if (how == router_link::sent::too_big) {
      m.details.set("roles", announced_roles(much));
      how = router_.send(message{m});
    }
  announced_ = client_features::from(m.details);
  if (how != router_link::sent::yes)
    end(uris::network_failure, "HELLO could not be sent");
}

void client_protocol::leave(std::string_view reason) {
  switch (state_) {
  case state::joining:
  case state::authenticating:
    router_.send(message{abort{{}, std::string{reason}, {}}});
    router_.close();
    return end(reason, "left before the router answered");
  case state::established:
    state_ = state::closing;
    leaving_for_ = reason;
    router_.send(message{goodbye{{}, std::string{reason}}});
    return;
  case state::idle:
  case state::closing:
    return;
  }
}

void client_protocol::receive(message&& m) {
  switch (state_) {
  case state::joining:
    return on_joining(std::move(m));
  case state::authenticating:
    return on_authenticating(m);
  case state::established:
    return on_established(std::move(m));
  case state::closing:
    // Everything but the router's GOODBYE has crossed ours, and is void.
    if (std::holds_alternative<goodbye>(m) || std::holds_alternative<abort>(m))
      end(leaving_for_, "we left");
    return;
  case state::idle:
    return;
  }
}

void client_protocol::receive(const event& m) {
  if (state_ == state::established)
    observer_.on_event(m);
  else
    receive(message{m});
}

void client_protocol::receive(const decode_error& e) {
  if (state_ != state::idle)
    violation(e.to_string());
}

void client_protocol::connection_lost(std::string_view text) {
  if (state_ != state::idle)
    end(uris::network_failure, text);
}

void client_protocol::waited_too_long() {
  if (state_ != state::joining && state_ != state::closing)
    return;
  router_.close();
  end(uris::network_failure, state_ == state::joining
                                 ? "no WELCOME came in time"
                                 : "the router did not answer GOODBYE in time");
}

void client_protocol::on_joining(message&& m) {
  std::visit(
      overloaded{
          [&](welcome& x) { on_welcome(x); },
          [&](abort& x) { on_abort(x); },
          [&](challenge& x) {
            state_ = state::authenticating;
            if (!observer_.on_challenge(x))
              violation(
                  "the router asks for authentication by " + x.method + ", which was not offered");
          },
          [&](auto& x) {
            violation(std::string{name_of(std::remove_reference_t<decltype(x)>::code)}.append(
                " is no answer to HELLO"));
          },
      },
      m);
}

void client_protocol::on_authenticating(const message& m) {
  if (const auto x = std::get_if<abort>(&m))
    on_abort(*x);
  else
    violation(std::string{name_of(code_of(m))}.append(" came before the answer to CHALLENGE"));
}

void client_protocol::on_welcome(const welcome& m) {
  if (const auto trouble = observer_.trouble_with(m))
    return distrust(*trouble);
  state_ = state::established;
  session_ = m.session;
  router_has_ = router_features::from(m.details);
  observer_.on_joined(m);
}

void client_protocol::on_abort(const abort& m) {
  router_.close();
  end(m.reason, text_of(m.details));
}

void client_protocol::authenticate(wamp::authenticate m) {
  if (state_ != state::authenticating)
    return;
  state_ = state::joining;
  if (router_.send(message{std::move(m)}) == router_link::sent::yes)
    return;
  router_.close();
  end(uris::network_failure, "AUTHENTICATE could not be sent");
}

void client_protocol::distrust(std::string_view text) {
  if (state_ != state::authenticating && state_ != state::joining)
    return;
  // The router learns no more than that: who plays it may not be it.
  router_.send(message{abort{{}, std::string{uris::authentication_denied}, {}}});
  router_.close();
  end(uris::authentication_denied, text);
}

void client_protocol::on_established(message&& m) {
  std::visit(
      overloaded{
          [&](event& x) { observer_.on_event(x); },
          [&](result& x) { on_result(std::move(x)); },
          [&](invocation& x) { on_invocation(std::move(x)); },
          [&](interrupt& x) {
            if (invocations_.contains(x.request.value())) // or our answer has crossed it
              observer_.on_interrupt(x);
          },
          [&](error& x) { on_error(std::move(x)); },
          [&](published& x) { on_answer(std::move(x)); },
          [&](subscribed& x) { on_answer(std::move(x)); },
          [&](registered& x) { on_answer(std::move(x)); },
          [&](unsubscribed& x) {
            if (x.request)
              return on_answer(std::move(x));
            on_revocation<subscription_id>(x, "subscription");
          },
          [&](unregistered& x) {
            if (x.request)
              return on_answer(std::move(x));
            on_revocation<registration_id>(x, "registration");
          },
          [&](goodbye& x) {
            router_.send(message{goodbye{{}, std::string{uris::goodbye_and_out}}});
            router_.close();
            end(x.reason, text_of(x.details));
          },
          [&](abort& x) { on_abort(x); },
          [&](auto& x) {
            violation(std::string{name_of(std::remove_reference_t<decltype(x)>::code)}.append(
                " is not for a router to send in an established session"));
          },
      },
      m);
}

// -- requests ----------------------------------------------------------------------------------

/// Both sides of the session, as far as a Message is concerned.
template <class Message>
bool client_protocol::knows_passthru() const {
  if constexpr (std::is_same_v<Message, wamp::publish>)
    return announced_.publisher_payload_passthru && router_has_.broker_payload_passthru;
  else if constexpr (std::is_same_v<Message, wamp::call>)
    return announced_.caller_payload_passthru && router_has_.dealer_payload_passthru;
  else
    return announced_.callee_payload_passthru && router_has_.dealer_payload_passthru;
}

/// What would cost the session, or what the router does not know.
template <class Message>
std::optional<refusal> client_protocol::trouble_with(Message& m) const {
  if constexpr (requires { m.options; }) {
    if (m.options.empty())
      return std::nullopt;
    if (auto wrong = wrong_option_of(m))
      return refusal{uris::invalid_argument, std::move(*wrong)};
  }
  if (state_ != state::established)
    return std::nullopt; // which is another trouble
  if constexpr (requires { m.options, m.args; })
    if (is_passed_through(m.options)) {
      if (!knows_passthru<Message>())
        return refusal{
            uris::feature_not_supported, "the router does not know payload passthru mode"};
      if (!m.args.is_one_binary())
        return refusal{uris::invalid_argument, "with ppt_scheme, the arguments must be one binary"};
    }
  if constexpr (std::is_same_v<Message, wamp::call>)
    if (flag(m.options, "progress")
        && !(
            announced_.caller_progressive_call_invocations
            && router_has_.progressive_call_invocations))
      return refusal{
          uris::feature_not_supported,
          "the router does not take calls whose arguments come in parts"};
  return std::nullopt;
}

template <class Request>
tl::expected<request_id, error> client_protocol::transmit(Request&& m) {
  const auto failed = [](std::string_view uri, std::string_view text) {
    return tl::unexpected(error_with_text(Request::code, {}, uri, text));
  };
  if (auto no = trouble_with(m))
    return failed(no->uri, no->text);
  if (state_ == state::joining || state_ == state::authenticating)
    return failed(uris::network_failure, "the session is not established yet");
  if (state_ != state::established)
    return failed(uris::network_failure, "there is no session: the client is not connected");
  m.request = request_id{last_request_ % max_id + 1};
  const auto id = m.request;
  switch (router_.send(message{std::forward<Request>(m)})) {
  case router_link::sent::yes:
    break;
  case router_link::sent::full:
    return failed(uris::unavailable, "too much is waiting to be sent to the router");
  case router_link::sent::too_big:
    return failed(uris::payload_size_exceeded, "larger than what the router takes");
  }
  last_request_ = id.value();
  return id;
}

template <class Request, class Answer>
request_id client_protocol::request(Request&& m, completion<Answer> done) {
  auto id = transmit(std::forward<Request>(m));
  if (id)
    pending_.insert_or_assign(id->value(), pending{std::move(done)});
  else
    done(tl::unexpected(std::move(id.error())));
  return id.value_or(request_id{});
}

request_id client_protocol::call(wamp::call&& m, completion<result> done) {
  return request(std::move(m), std::move(done));
}

void client_protocol::continue_call(wamp::call part) {
  const auto call = part.request;
  const auto open = pending_.find(call.value());
  if (state_ != state::established || open == pending_.end()
      || !std::holds_alternative<completion<result>>(open->second))
    return;
  switch (router_.send(message{std::move(part)})) {
  case router_link::sent::yes:
    return;
  case router_link::sent::full:
    return give_up(call, uris::unavailable, "too much is waiting to be sent to the router");
  case router_link::sent::too_big:
    return give_up(
        call, uris::payload_size_exceeded,
        "a part of the arguments is larger than what the router takes");
  }
}

void client_protocol::cancel(request_id call, std::string_view mode) {
  if (state_ != state::established || !pending_.contains(call.value()))
    return;
  if (router_.send(message{wamp::cancel{call, dict{{"mode", mode}}}}) != router_link::sent::yes)
    end_call(call, uris::canceled, "canceled here: too much is waiting to be sent to the router");
}

void client_protocol::end_call(request_id call, std::string_view uri, std::string_view text) {
  auto found = pending_.find(call.value());
  if (found == pending_.end() || !std::holds_alternative<completion<result>>(found->second))
    return;
  auto done = std::move(std::get<completion<result>>(found.value()));
  pending_.erase(found);
  done(tl::unexpected(error_with_text(message_code::call, call, uri, text)));
}

void client_protocol::give_up(request_id call, std::string_view uri, std::string_view text) {
  const bool open = state_ == state::established && pending_.contains(call.value());
  end_call(call, uri, text);
  if (open)
    router_.send(message{wamp::cancel{call, dict{{"mode", "killnowait"}}}});
}

void client_protocol::publish(wamp::publish&& m, completion<published> done) {
  if (flag(m.options, "acknowledge"))
    request(std::move(m), std::move(done));
  else if (auto id = transmit(std::move(m)); !id)
    done(tl::unexpected(std::move(id.error())));
}

void client_protocol::subscribe(wamp::subscribe m, completion<subscribed> done) {
  request(std::move(m), std::move(done));
}

void client_protocol::unsubscribe(subscription_id id, completion<unsubscribed> done) {
  request(wamp::unsubscribe{{}, id}, std::move(done));
}

void client_protocol::register_(wamp::register_ m, completion<registered> done) {
  request(std::move(m), std::move(done));
}

void client_protocol::unregister(registration_id id, completion<unregistered> done) {
  request(wamp::unregister{{}, id}, std::move(done));
}

// -- answers -----------------------------------------------------------------------------------

template <class Answer>
void client_protocol::on_answer(Answer&& m) {
  using answer = std::remove_reference_t<Answer>;
  auto found = pending_.find(m.request.value());
  if (found == pending_.end()) {
    // Of what is over already nobody wants to know more; of what was never asked, nobody may.
    if (m.request.value() > last_request_)
      violation(std::string{name_of(answer::code)}.append(" for a request that was never made"));
    return;
  }
  if (!std::holds_alternative<completion<answer>>(found->second))
    return violation(std::string{name_of(answer::code)}.append(" for a request of another kind"));
  auto done = std::get<completion<answer>>(std::move(found.value()));
  pending_.erase(found);
  done(std::forward<Answer>(m));
}

void client_protocol::on_result(result&& m) {
  if (!flag(m.details, "progress"))
    return on_answer(std::move(m));
  auto found = pending_.find(m.request.value());
  auto done = found == pending_.end() ? nullptr : std::get_if<completion<result>>(&found.value());
  if (!done)
    return on_answer(std::move(m)); // which tells what is wrong
  auto copy = *done;                // it may end the call
  copy(std::move(m));
}

void client_protocol::on_error(error&& m) {
  auto found = pending_.find(m.request.value());
  if (found == pending_.end()) {
    if (m.request.value() > last_request_)
      violation("ERROR for a request that was never made");
    return;
  }
  auto type = std::visit([](const auto& done) { return type_of(done); }, found->second);
  if (type != m.request_type)
    return violation("ERROR for a request of another kind");
  auto done = std::move(found.value());
  pending_.erase(found);
  std::visit([&](auto& f) { f(tl::unexpected(std::move(m))); }, done);
}

template <class Id, class Answer>
void client_protocol::on_revocation(const Answer& m, std::string_view key) {
  auto id = find<std::int64_t>(m.details, key);
  if (!id || *id <= 0)
    return violation("a revocation must name its " + std::string{key});
  observer_.on_revoked(Id{static_cast<std::uint64_t>(*id)}, m.details);
}

// -- invocations -------------------------------------------------------------------------------

void client_protocol::on_invocation(invocation&& m) {
  const bool more = flag(m.details, "progress");
  if (!in_parts_.empty())
    switch (in_parts_.receive(as_call(m.request), more)) {
    case progressive_calls::part::next:
      return observer_.on_part(std::move(m));
    case progressive_calls::part::late: // it has crossed our answer
      return;
    case progressive_calls::part::none:
      break;
    }
  if (!invocations_.insert(m.request.value()).second)
    return violation("INVOCATION with an id that is in use");
  if (more)
    in_parts_.begin(as_call(m.request));
  observer_.on_invocation(std::move(m));
}

/// False if it was answered before.
bool client_protocol::close(invocation_id id) {
  if (!in_parts_.empty())
    in_parts_.answered(as_call(id));
  return invocations_.erase(id.value()) > 0;
}

void client_protocol::yield(wamp::yield m) {
  if (state_ != state::established || !invocations_.contains(m.request.value()))
    return;
  const auto id = m.request;
  if (auto no = trouble_with(m))
    return fail(id, error_with_text(message_code::invocation, {}, no->uri, no->text));
  if (!flag(m.options, "progress"))
    close(id);
  send_answer(id, std::move(m));
}

void client_protocol::fail(invocation_id id, error m) {
  if (state_ != state::established || !close(id))
    return;
  m.request_type = message_code::invocation;
  m.request = request_id{id.value()};
  send_answer(id, std::move(m));
}

template <class Answer>
void client_protocol::send_answer(invocation_id id, Answer m) {
  auto how = router_.send(message{std::move(m)});
  if (how == router_link::sent::yes)
    return;
  close(id);
  const bool large = how == router_link::sent::too_big;
  how = router_.send(message{error_with_text(
      message_code::invocation, request_id{id.value()},
      large ? uris::payload_size_exceeded : uris::unavailable,
      large ? "the answer is too large to be sent" : "too much is waiting to be sent")});
  if (how == router_link::sent::yes)
    return;
  // The caller would wait for ever. When the session ends, the router tells it so.
  router_.close();
  end(uris::network_failure, "the answer to a call could not be sent to the router");
}

// -- the end -----------------------------------------------------------------------------------

void client_protocol::violation(std::string_view text) {
  router_.send(message{violation_abort(text)});
  router_.close();
  end(uris::protocol_violation, "the router broke the protocol: " + std::string{text});
}

void client_protocol::fail_all(std::string_view uri, std::string_view text) {
  for (auto& [id, open] : std::exchange(pending_, {}))
    std::visit(
        [&](const auto& done) {
          done(tl::unexpected(error_with_text(type_of(done), {}, uri, text)));
        },
        open);
}

void client_protocol::end(std::string_view reason, std::string_view text) {
  // What ends here may be the source of the texts, and those who hear of it may join anew.
  const std::string why{reason};
  const std::string said{text};
  state_ = state::idle;
  invocations_.clear();
  in_parts_ = {};
  fail_all(
      why == uris::network_failure ? uris::network_failure : uris::canceled,
      "the session ended before the answer came: " + (said.empty() ? why : said));
  observer_.on_ended(why, said);
}

} // namespace wamp
