// Who serves which procedure. Owned by the dealer; pure, not thread-safe.
// Spec: "Registering and Unregistering" (basic profile), "Shared Registration", "Pattern-based
// Registrations" (advanced profile).
#pragma once

#include <wamp/actors/dealer/registration.hpp>
#include <wamp/actors/uri_index/uri_index.hpp>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

class registration_table {
public:
  /// What goes with its last callee; the calls that wait there are the caller's to answer.
  using gone = std::unique_ptr<registration>;

  /// The registration of just this, or nullptr.
  registration* find(match_policy match, std::string_view procedure) const {
    return index_.find(match, procedure);
  }
  registration* find(registration_id id) const;

  /// Adds a callee to the registration of just this, of which it must not be one. The first decides
  /// how it is shared. nullptr when the index does not take one more such pattern.
  registration*
  add(match_policy match, std::string_view procedure, invoke_policy invoke, callee who);

  struct removal {
    registration_id id;
    match_policy match;
    std::string procedure;
    callee who;
    gone last; ///< nullptr, unless `who` was the last
  };
  /// Nothing: the session does not serve it.
  std::optional<removal> remove(session_id callee, registration_id id);
  /// Removes all callees of it, in their order.
  std::vector<removal> remove_all(registration_id id);
  /// Removes everything that the session serves.
  std::vector<removal> remove_session(session_id callee);

  /// The registration that is the best for `procedure`, or nullptr. Patterns do not reach what only
  /// the router serves.
  registration* match(std::string_view procedure) const {
    return is_reserved_uri(procedure) ? index_.exact(procedure) : index_.best_match(procedure);
  }
  /// The best of those that fit: `fits(const registration&)`. The best of all mostly does.
  template <class Fits>
  registration* match(std::string_view procedure, Fits fits) const {
    const auto best = match(procedure);
    return !best || fits(*best) ? best : index_.best_match(procedure, fits);
  }

  /// `visit(const registration&)`, in no particular order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [id, entry] : by_id_)
      visit(*entry);
  }

  std::size_t size() const noexcept { return by_id_.size(); }

private:
  using registration_set = tsl::robin_set<registration_id, std::hash<registration_id>>;

  removal detach(session_id callee, registration& from);
  void forget(session_id callee, registration_id id);
  gone erase(registration_id id);

  uri_index<registration> index_;
  tsl::robin_map<registration_id, gone, std::hash<registration_id>> by_id_;
  tsl::robin_map<session_id, registration_set, std::hash<session_id>> by_session_;
  std::uint64_t last_id_ = 0;
};

} // namespace wamp
