#include <wamp/actors/answers.hpp>
#include <wamp/actors/client/client_core.hpp>
#include <wamp/actors/client/invocation_stream.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/version.hpp>

#include <algorithm>
#include <exception>
#include <type_traits>
#include <utility>

namespace wamp {

namespace {

dict hello_details_of(const client_settings& settings) {
  auto details = settings.hello_details;
  details.set("agent", agent);
  return details;
}

tl::expected<authenticate, std::string> answer_of(client_login& login, const challenge& asked) {
  try {
    return login.answer(asked);
  } catch (...) {
    log_exception("a client's login", std::current_exception());
    return tl::unexpected(std::string{"CHALLENGE could not be answered"});
  }
}

/// For who reads arguments that come in parts.
void end_parts_of(const responder::state& open, std::string_view text) {
  if (open.parts)
    open.parts->finish(error_with_text(message_code::call, {}, uris::canceled, text));
}

} // namespace

client_core::client_core(
    client_settings settings, router_link& link, client_owner& owner,
    std::shared_ptr<answer_line> line)
    : settings_(std::move(settings)),
      link_(link),
      owner_(owner),
      line_(std::move(line)),
      protocol_(link, *this),
      plan_(settings_.reconnect) {}

void client_core::start() {
  owner_.connect();
}

void client_core::connected() {
  owner_.set_alarm(client_alarm::session, settings_.join_timeout);
  ++attempts_;
  offer_ = login_offer{settings_.credentials, settings_.authid, link_.channel()};
  auto details = hello_details_of(settings_);
  offer_.add_to(details);
  protocol_.join(hello{settings_.realm, std::move(details)});
}

void client_core::connection_lost(std::string_view text) {
  if (protocol_.current() != client_protocol::state::idle)
    protocol_.connection_lost(text);
  else if (status_.state == client_state::connecting) // before HELLO could be said
    on_ended(uris::network_failure, text);
}

void client_core::receive(message&& m) {
  protocol_.receive(std::move(m));
}

void client_core::receive(const event& m) {
  protocol_.receive(m);
}

void client_core::receive(const decode_error& e) {
  protocol_.receive(e);
}

void client_core::alarm(client_alarm which) {
  if (which == client_alarm::calls)
    return on_calls_due();
  if (status_.state != client_state::disconnected)
    return protocol_.waited_too_long();
  change(client_state::connecting, {}, {});
  owner_.connect();
}

// -- calls that may not take for ever --

request_id client_core::call(wamp::call&& m, completion<result> done) {
  const auto timeout = timeout_of(m);
  if (timeout.count() <= 0)
    return protocol_.call(std::move(m), std::move(done));
  auto id = std::make_shared<request_id>();
  *id = protocol_.call(
      std::move(m), [this, id, timeout, done = std::move(done)](tl::expected<result, error> a) {
        if (a && flag(a->details, "progress"))
          set_deadline(*id, timeout);
        else
          deadlines_.erase(*id);
        done(std::move(a));
      });
  if (*id)
    set_deadline(*id, timeout);
  return *id;
}

std::chrono::milliseconds client_core::timeout_of(const wamp::call& m) const {
  const auto own = find<std::int64_t>(m.options, "timeout");
  return deadlines_.longest(own ? std::chrono::milliseconds{*own} : settings_.call_timeout);
}

void client_core::set_deadline(request_id call, std::chrono::milliseconds timeout) {
  deadlines_.set(call, owner_.now() + timeout);
  arm_call_alarm();
}

/// The router does not look at the time of what it has forwarded the timeout of.
void client_core::set_deadline(const responder::state& served) {
  if (served.timeout.count() <= 0)
    return;
  serving_until_.set(served.id.value(), owner_.now() + serving_until_.longest(served.timeout));
  arm_call_alarm();
}

void client_core::arm_call_alarm() {
  auto next = deadlines_.next();
  if (const auto other = serving_until_.next(); other && (!next || *other < *next))
    next = other;
  if (!next || (call_alarm_ && *call_alarm_ <= *next))
    return; // it will look again
  call_alarm_ = next;
  const auto delay = std::chrono::ceil<std::chrono::milliseconds>(*next - owner_.now());
  owner_.set_alarm(client_alarm::calls, std::max(delay, std::chrono::milliseconds{1}));
}

void client_core::on_calls_due() {
  call_alarm_.reset();
  for (auto id : deadlines_.take_due(owner_.now()))
    protocol_.give_up(id, uris::timeout, "no answer came in time");
  for (auto id : serving_until_.take_due(owner_.now()))
    end_late(invocation_id{id});
  arm_call_alarm();
}

void client_core::end_late(invocation_id served) {
  const auto open = find_open(served);
  if (!open)
    return;
  responder{open}.fail(std::string{uris::timeout}, {"no answer came in time"});
  open->interrupted = true;
  end_parts_of(*open, "the caller's time is over");
}

// -- the end --

void client_core::stop(std::string_view reason) {
  if (stopping_ || status_.state == client_state::stopped)
    return;
  stopping_ = true;
  if (protocol_.current() == client_protocol::state::idle) {
    change(client_state::stopped, reason, {});
    owner_.set_alarm(client_alarm::session, {});
    return owner_.stopped();
  }
  owner_.set_alarm(client_alarm::session, settings_.goodbye_timeout);
  protocol_.leave(reason);
}

void client_core::abandon() {
  settings_.on_status = nullptr;
  settings_.on_revoked = nullptr;
  protocol_.fail_all(uris::canceled, "the client is gone");
  end_parts("the client is gone");
  fail_waiting(uris::canceled, "the client is gone");
  stop("wamp.close.normal");
}

void client_core::lose_actor() {
  protocol_.fail_all(uris::network_failure, "the client has stopped");
  end_parts("the client has stopped");
  fail_waiting(uris::network_failure, "the client has stopped");
  for (auto& f : std::exchange(awaiting_session_, {}))
    f(tl::unexpected(why_stopped()));
}

// -- the login --

bool client_core::on_challenge(const challenge& m) {
  const auto chosen = offer_.take(m);
  if (!chosen)
    return false;
  if (!chosen->credentials->is_slow()) {
    answer_challenge(answer_of(*chosen->login, m));
    return true;
  }
  // Nobody else touches the login before it has answered.
  auto answer = std::make_shared<challenge_answer>();
  owner_.do_aside(
      [answer, mine = *chosen, m] { *answer = answer_of(*mine.login, m); },
      [this, answer, attempt = attempts_] {
        if (attempt == attempts_) // or it is another session's CHALLENGE that is open
          answer_challenge(*answer);
      });
  return true;
}

void client_core::answer_challenge(const challenge_answer& answer) {
  if (protocol_.current() != client_protocol::state::authenticating)
    return; // the session has ended meanwhile
  if (!answer)
    return protocol_.distrust(answer.error());
  owner_.set_alarm(client_alarm::session, settings_.join_timeout); // the router's turn again
  protocol_.authenticate(*answer);
}

std::optional<std::string> client_core::trouble_with(const welcome& m) {
  return offer_.trouble_with(m);
}

void client_core::on_joined(const welcome& m) {
  owner_.set_alarm(client_alarm::session, {});
  joined_at_ = owner_.now();
  ++session_count_;
  status_.session = m.session;
  change(client_state::joined, {}, {});
  registrations_.on_joined();
  subscriptions_.on_joined();
}

void client_core::on_ended(std::string_view reason, std::string_view text) {
  status_.session = {};
  serving_until_ = {};
  end_parts("the session has ended");
  registrations_.on_ended();
  subscriptions_.on_ended();
  const auto joined_at = std::exchange(joined_at_, {});
  const auto lasted = joined_at ? owner_.now() - *joined_at : client_owner::time_point::duration{};
  const bool is_final = stopping_ || (!joined_at && is_final_refusal(reason));
  auto pause = is_final ? std::nullopt : plan_.next(lasted);
  // Who is told that it waits may turn the clock.
  owner_.set_alarm(client_alarm::session, pause.value_or(std::chrono::milliseconds{0}));
  change(pause ? client_state::disconnected : client_state::stopped, reason, text);
  if (!pause)
    owner_.stopped();
}

void client_core::on_invocation(invocation m) {
  registrations_.on_invocation(m);
}

void client_core::on_part(invocation m) {
  if (auto open = find_open(m.request))
    invocation_stream::add(m, responder{open});
}

void client_core::on_interrupt(const interrupt& m) {
  const auto open = find_open(m.request);
  if (!open)
    return;
  open->interrupted = true;
  end_parts_of(*open, "the caller does not wait any more");
}

/// Nullptr if nobody can answer it any more.
std::shared_ptr<responder::state> client_core::find_open(invocation_id id) const {
  const auto found = open_.find(id.value());
  return found == open_.end() ? nullptr : found->second.lock();
}

/// No invocation gets more arguments.
void client_core::end_parts(std::string_view text) {
  for (const auto& [id, who] : std::exchange(open_, {}))
    if (const auto open = who.lock())
      end_parts_of(*open, text);
}

void client_core::on_event(const event& m) {
  subscriptions_.on_event(m);
}

void client_core::on_revoked(subscription_id id, const dict& details) {
  tell_revoked(revocation::what::subscription, subscriptions_.on_revoked(id), details);
}

void client_core::on_revoked(registration_id id, const dict& details) {
  tell_revoked(revocation::what::registration, registrations_.on_revoked(id), details);
}

void client_core::tell_revoked(revocation::what of, std::string uri, const dict& details) {
  if (uri.empty()) // it has crossed our own end of it
    return;
  const auto reason = find<std::string>(details, "reason");
  const revocation r{of, std::move(uri), reason ? *reason : std::string{}};
  logger()->warn("the router has revoked {}: {}", r.uri, r.reason);
  try {
    if (settings_.on_revoked)
      settings_.on_revoked(r);
  } catch (...) {
    log_exception("client_settings::on_revoked", std::current_exception());
  }
}

procedure_key client_core::provide(
    std::string procedure, dict options, procedure_handler handler, registrations::outcome done) {
  return registrations_.add(
      std::move(procedure), std::move(options),
      [this, kept = std::make_shared<const procedure_handler>(std::move(handler))](
          const invocation& m) { serve(kept, m); },
      std::move(done));
}

void client_core::serve(
    const std::shared_ptr<const procedure_handler>& handler, const invocation& m) {
  responder to_caller{line_, session_count_, m};
  to_caller.shared()->handler = handler;
  open_.insert_or_assign(m.request.value(), to_caller.shared());
  set_deadline(*to_caller.shared());
  try {
    (*handler)(m, to_caller);
  } catch (const wamp_error& e) {
    to_caller.fail(e.content());
  } catch (...) {
    // What went wrong is for whoever reads the log: the caller may be anybody.
    log_exception("a procedure's handler", std::current_exception());
    to_caller.fail(std::string{uris::runtime_error}, {"the procedure failed"});
  }
}

void client_core::answer(std::uint64_t session_count, invocation_answer a) {
  if (session_count != session_count_)
    return;
  std::visit(
      [this]<class Answer>(Answer& m) {
        const auto id = invocation_id{m.request.value()};
        if constexpr (std::is_same_v<Answer, yield>) {
          if (!flag(m.options, "progress"))
            close(id);
          else if (const auto open = find_open(id))
            set_deadline(*open); // anew
          protocol_.yield(std::move(m));
        } else {
          close(id);
          protocol_.fail(id, std::move(m));
        }
      },
      a);
}

/// It has its final answer.
void client_core::close(invocation_id id) {
  open_.erase(id.value());
  if (!serving_until_.empty())
    serving_until_.erase(id.value());
}

void client_core::fail_waiting(std::string_view uri, std::string_view text) {
  registrations_.fail_waiting(uri, text);
  subscriptions_.fail_waiting(uri, text);
}

void client_core::change(client_state state, std::string_view reason, std::string_view text) {
  if (state == client_state::stopped)
    fail_waiting(uris::network_failure, "the client has stopped");
  status_.state = state;
  status_.reason = reason;
  status_.text = text;
  try {
    if (settings_.on_status)
      settings_.on_status(status_);
  } catch (...) {
    log_exception("client_settings::on_status", std::current_exception());
  }
  if (state != client_state::joined && state != client_state::stopped)
    return;
  for (auto& f : std::exchange(awaiting_session_, {}))
    when_joined(std::move(f));
}

void client_core::when_joined(completion<session_id> f) {
  if (status_.state == client_state::joined)
    f(status_.session);
  else if (status_.state == client_state::stopped)
    f(tl::unexpected(why_stopped()));
  else
    awaiting_session_.push_back(std::move(f));
}

error client_core::why_stopped() const {
  return error_with_text(
      message_code::hello, {},
      status_.reason.empty() ? uris::network_failure : std::string_view{status_.reason},
      status_.text.empty() ? "the client has stopped" : "the client has stopped: " + status_.text);
}

} // namespace wamp
