// What a broker or dealer knows of who may do what: asks the realm's authorizer, remembers what it
// said, and waits for it no longer than the realm says. Pure, not thread-safe.
//
// What a role may do is remembered once for all its sessions, and what was decided for one session
// with that session: so a request that was allowed before costs a look-up of its URI.
// Spec: "Authorization" (advanced profile).
#pragma once

#include <wamp/actors/answers.hpp>
#include <wamp/actors/authorization/authorizer.hpp>
#include <wamp/actors/authorization/permit_cache.hpp>
#include <wamp/actors/policy/turn_clock.hpp>
#include <wamp/actors/policy/undecided_sessions.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/actors/string_map.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace wamp {

/// Nothing: it is not known yet.
using verdict = std::optional<decision<permit>>;

class authorization {
public:
  /// `place`: the one that is this object's own. `waiting` outlives this object.
  authorization(
      std::shared_ptr<authorizer> by, std::chrono::milliseconds timeout,
      session_permits permit_places::*place, undecided_sessions& waiting, turn_clock clock);

  /// Nothing holds any more of what was decided before.
  void decide_by(std::shared_ptr<authorizer> by);

  /// What is known without asking anybody.
  verdict find(const session_info& who, const attempt& what);

  /// The same, where nobody can be asked.
  bool may(const session_info& who, const attempt& what, bool if_unknown) {
    const auto known = find(who, what);
    return known ? *known && (*known)->allow : if_unknown;
  }

  /// What is not known: `again(from, Request&, const verdict&)` when it is, perhaps at once. Without
  /// a verdict it is to be found anew: who was asked does not decide any more.
  template <class Request, class Again>
  void ask(const session_ref& from, const attempt& what, Request&& request, Again again) {
    // First of all: `what` may be a view of the request.
    authorization_request question{
        from, what.what, std::string{what.uri}, what.match, request.options};
    const auto kept = std::make_shared<std::decay_t<Request>>(std::forward<Request>(request));
    put(std::move(question), [=](const verdict& decided) { again(from, *kept, decided); });
  }

  /// Nothing if it is allowed.
  static std::optional<refusal> refusal_of(const attempt& what, const decision<permit>& decided) {
    if (!decided)
      return refusal{decided.error().uri, decided.error().text};
    if (!decided->allow)
      return refusal{uris::not_authorized, text_for(what)};
    return std::nullopt;
  }

private:
  using receiver = std::function<void(const verdict&)>;
  using question_ref = std::weak_ptr<open_question<permit>>;

  static std::string text_for(const attempt& refused);
  const permit* remembered(const session_info& who, const attempt& what) const;
  permit_cache& cache_of_role(const session_info& who);
  permit_cache& own_cache(const session_info& who);
  void put(authorization_request what, receiver then);
  denial failure();
  void limit(question_ref asked);
  void set_alarm();
  void end_late_questions();

  std::shared_ptr<authorizer> by_;
  std::chrono::milliseconds timeout_;
  session_permits permit_places::*place_;
  undecided_sessions& waiting_;
  turn_clock clock_;
  std::uint64_t generation_ = 1;
  string_map<std::shared_ptr<permit_cache>> by_role_;
  bool is_failure_told_ = false;
  struct limited_question {
    turn_clock::time_point until;
    question_ref asked;
  };
  std::deque<limited_question> asked_; ///< in order
  bool has_alarm_ = false;
};

} // namespace wamp
