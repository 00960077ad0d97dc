#include <wamp/actors/log.hpp>
#include <wamp/actors/router/admission.hpp>
#include <wamp/actors/router/logins.hpp>
#include <wamp/auth/anonymous.hpp>
#include <wamp/auth/cookie_store.hpp>
#include <wamp/serialization/uris.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace wamp {

namespace {

denial undecided() {
  return {std::string{uris::authentication_failed}, "nobody has decided about this login"};
}

} // namespace

logins::logins(login_desk& desk, alarm_clock& clock, post_work post, const realm_settings& realm)
    : desk_(desk), clock_(clock), post_(std::move(post)), realm_(realm) {}

void logins::begin(login who, std::vector<auth_method> ways) {
  const auto id = who.session;
  if (all_.size() >= realm_.max_logins)
    return desk_.refuse(id, refuse_join(uris::unavailable, "too many are logging in"));
  all_.insert_or_assign(id, entry{std::make_shared<const login>(std::move(who)), std::move(ways)});
  try_first_way(all_.find(id).value());
  if (!find(id))
    return; // most know at once
  deadlines_.set(id, clock_.now() + realm_.login_timeout);
  if (!std::exchange(alarm_is_set_, true))
    clock_.set_alarm(realm_.login_timeout);
}

void logins::try_first_way(entry& e) {
  auto attempt = std::make_shared<login>(*e.who);
  attempt->method = e.ways.front().name;
  e.who = std::move(attempt);
  ask(e, [who = e.who, by = e.ways.front().by](decider<auth_step> decide) {
    by->challenge(who, std::move(decide));
  });
}

void logins::answer(session_id id, const authenticate& response) {
  const auto e = find(id);
  if (!e || !e->asked)
    return; // it was refused meanwhile
  const auto asked = *std::exchange(e->asked, std::nullopt);
  ask(*e, [&, who = e->who, by = e->ways.front().by](decider<auth_step> decide) {
    by->check_challenge(who, asked, response, std::move(decide));
  });
}

template <class Put>
void logins::ask(entry& e, Put put) {
  const auto who = e.who;
  auto question = std::make_shared<open_question<auth_step>>(undecided());
  e.undecided = question;
  try {
    put(decider<auth_step>{question});
  } catch (...) {
    log_exception("the authenticator for " + who->method, std::current_exception());
    question->answer(tl::unexpected(undecided()));
  }
  auto decided = question->taken_or([this, who, post = post_](step d) {
    post(who->session, [this, who, d = std::move(d)]() mutable { on_decided(who, std::move(d)); });
  });
  question = nullptr;
  if (decided)
    on_decided(who, std::move(*decided));
}

logins::entry* logins::find(session_id id) {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found.value();
}

void logins::on_decided(const login_ref& who, step d) {
  const auto e = find(who->session);
  if (!e || e->who != who)
    return; // the peer has gone, or its time was over
  if (!d)
    return on_denied(*e, d.error());
  std::visit([&](auto& next) { on_step(who, std::move(next)); }, *d);
}

void logins::on_denied(entry& e, const denial& why) {
  const bool is_for_others = e.is_first_step && why.uri == uris::no_matching_auth_method;
  if (!is_for_others || e.ways.size() == 1)
    return refuse(e.who->session, refuse_join(why.uri, why.text));
  e.ways.erase(e.ways.begin());
  try_first_way(e);
}

void logins::on_step(const login_ref& who, auth_challenge next) {
  auto& e = *find(who->session);
  e.is_first_step = false;
  e.asked = std::move(next);
  desk_.challenge(who->session, e.asked->ask);
}

void logins::on_step(const login_ref& who, admission how) {
  if (how.who.authmethod.empty())
    how.who.authmethod = who->method;
  if (realm_.cookies && who->method != "cookie" && who->method != anonymous::method)
    realm_.cookies->remember(who->realm, who->peer->cookie, how.who);
  forget(who->session);
  desk_.admit(who->session, std::move(how));
}

void logins::refuse(session_id id, abort why) {
  forget(id);
  desk_.refuse(id, std::move(why));
}

void logins::forget(session_id id) {
  if (const auto e = find(id))
    if (const auto open = e->undecided.lock())
      open->withdraw();
  all_.erase(id);
  deadlines_.erase(id);
}

void logins::alarm() {
  alarm_is_set_ = false;
  const auto now = clock_.now();
  for (auto id : deadlines_.take_due(now))
    refuse(id, refuse_join(uris::authentication_failed, "the login took too long"));
  const auto next = deadlines_.next();
  if (!next || std::exchange(alarm_is_set_, true))
    return;
  clock_.set_alarm(std::chrono::ceil<std::chrono::milliseconds>(*next - now));
}

} // namespace wamp
