#include <wamp/actors/authorization/authorization.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

namespace {

bool is_plain(const attempt& what) noexcept {
  return what.match == match_policy::exact;
}

} // namespace

authorization::authorization(
    std::shared_ptr<authorizer> by, std::chrono::milliseconds timeout,
    session_permits permit_places::*place, undecided_sessions& waiting, turn_clock clock)
    : by_(std::move(by)),
      timeout_(timeout),
      place_(place),
      waiting_(waiting),
      clock_(std::move(clock)) {}

void authorization::decide_by(std::shared_ptr<authorizer> by) {
  by_ = std::move(by);
  ++generation_;
  by_role_.clear();
  is_failure_told_ = false;
}

verdict authorization::find(const session_info& who, const attempt& what) {
  if (!by_ || is_router(who))
    return permit{true};
  if (const auto before = is_plain(what) ? remembered(who, what) : nullptr)
    return *before;
  try {
    const auto known = by_->known(who, what);
    if (!known)
      return std::nullopt;
    if (is_plain(what) && known->valid_for > permit::duration::zero())
      cache_of_role(who).add(what.what, what.uri, *known, clock_.now);
    return *known;
  } catch (...) {
    return tl::unexpected(failure());
  }
}

const permit* authorization::remembered(const session_info& who, const attempt& what) const {
  const auto& caches = who.permits.*place_;
  for (const auto* c : {caches.of_role.get(), caches.own.get()})
    if (c && c->generation() == generation_)
      if (const auto* found = c->find(what.what, what.uri, clock_.now))
        return found;
  return nullptr;
}

permit_cache& authorization::cache_of_role(const session_info& who) {
  auto& cache = by_role_[who.identity.authrole];
  if (!cache)
    cache = std::make_shared<permit_cache>(generation_);
  (who.permits.*place_).of_role = cache;
  return *cache;
}

permit_cache& authorization::own_cache(const session_info& who) {
  auto& cache = (who.permits.*place_).own;
  if (!cache || cache->generation() != generation_)
    cache = std::make_shared<permit_cache>(generation_);
  return *cache;
}

void authorization::put(authorization_request what, receiver then) {
  const auto ask = [&](const decider<permit>& decide) {
    limit(decide.question());
    try {
      by_->ask(what, decide);
    } catch (...) {
      decide(tl::unexpected(failure()));
    }
  };
  const auto go_on = [this, who = what.who, action = what.what, uri = what.uri, match = what.match,
                      then = std::move(then),
                      generation = generation_](const decision<permit>& decided) {
    if (generation != generation_) // somebody else decides by now
      return then(std::nullopt);
    if (decided && is_plain({action, uri, match}))
      own_cache(*who).add(action, uri, *decided, clock_.now);
    then(decided);
  };
  waiting_.ask<permit>(what.who->id, ask, go_on);
}

std::string authorization::text_for(const attempt& refused) {
  std::string text{"may not "};
  text.append(name_of(refused.what));
  if (refused.what == action::subscribe || refused.what == action::publish)
    text.append(" to");
  return text.append(" ").append(refused.uri);
}

/// Called where an exception has been caught. The first is worth a line in the log.
denial authorization::failure() {
  if (!std::exchange(is_failure_told_, true))
    log_exception("the authorizer", std::current_exception());
  return {std::string{uris::authorization_failed}, "the authorizer failed"};
}

// -- the end of questions that nobody answers --

void authorization::limit(question_ref asked) {
  if (!clock_.after)
    return;
  while (!asked_.empty() && asked_.front().asked.expired())
    asked_.pop_front();
  asked_.push_back({clock_.now() + timeout_, std::move(asked)});
  set_alarm();
}

void authorization::set_alarm() {
  if (asked_.empty() || std::exchange(has_alarm_, true))
    return;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(asked_.front().until - clock_.now());
  clock_.after(left, [this] { end_late_questions(); });
}

void authorization::end_late_questions() {
  has_alarm_ = false;
  while (!asked_.empty() && asked_.front().until <= clock_.now()) {
    const auto late = asked_.front().asked.lock();
    asked_.pop_front();
    if (late)
      late->answer(tl::unexpected(
          denial{std::string{uris::authorization_failed}, "nobody has decided in time"}));
  }
  set_alarm();
}

} // namespace wamp
