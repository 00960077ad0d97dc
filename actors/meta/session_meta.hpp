// The procedures wamp.session.*: who is in a realm, and the end of some of them. Owned by the
// router; pure, not thread-safe.
// Spec: "Session Meta API" (advanced profile).
#pragma once

#include <wamp/actors/meta/meta_procedures.hpp>
#include <wamp/actors/router/realm_members.hpp>
#include <wamp/actors/session/session_info.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

/// How sessions are ended by another.
struct killing {
  std::string reason;
  std::string message;
  bool is_told = true; ///< by on_leave and testaments
};

class session_meta {
public:
  /// `kill(session, how)` ends one of the members, now or soon. Both outlive this object.
  session_meta(const realm_members& all, std::function<void(session_id, const killing&)> kill);

  outgoing answer(const session_info& caller, const call& request);

private:
  using roles = std::optional<std::vector<std::string>>;

  std::vector<std::uint64_t> list(const roles& among) const;
  /// Ends all for which `is_meant(session_info)` holds, but for the caller; their ids.
  template <class Predicate>
  meta_result<std::vector<std::uint64_t>>
  kill_if(const kwargs& how, bool is_told, Predicate is_meant);

  const realm_members& members_;
  std::function<void(session_id, const killing&)> kill_;
  meta_procedures procedures_;
  session_id caller_;
};

/// What tells of a session: the event of on_join, and the answer of wamp.session.get.
dict description_of(const session_info& who);

} // namespace wamp
