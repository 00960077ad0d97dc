// The logins of a realm that are in progress: who is asked about each, and what that leads to.
// Owned by the router, which hands in what peers say and carries out what comes back through
// `login_desk`. Pure, not thread-safe. Spec: "Authentication" (advanced profile).
#pragma once

#include <wamp/actors/deadlines.hpp>
#include <wamp/actors/policy/undecided_sessions.hpp>
#include <wamp/actors/realm_settings.hpp>

#include <tsl/robin_map.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

/// Carries out what a login has come to.
class login_desk {
public:
  virtual ~login_desk() = default;

  /// Answered by logins::answer().
  virtual void challenge(session_id who, const wamp::challenge& ask) = 0;

  // -- these end the login --
  virtual void admit(session_id who, admission how) = 0;
  virtual void refuse(session_id who, abort why) = 0;
};

class logins {
public:
  /// `realm`: its limits; `post`: back into the owner's turn, for decisions that come later. All of
  /// them outlive this object.
  logins(login_desk& desk, alarm_clock& clock, post_work post, const realm_settings& realm);

  std::size_t size() const noexcept { return all_.size(); }

  /// `ways`: the methods that the peer offers and the realm takes, at least one, best first. The
  /// next is tried when one has nothing to go by for this peer (see authenticator::challenge).
  void begin(login who, std::vector<auth_method> ways);
  void answer(session_id who, const authenticate& response);
  /// The peer has gone; nobody needs to decide about it any more.
  void forget(session_id who);
  /// The clock has struck.
  void alarm();

private:
  struct entry {
    login_ref who;
    std::vector<auth_method> ways; ///< the current one is the first
    std::optional<auth_challenge> asked = {};
    std::weak_ptr<open_question<auth_step>> undecided = {};
    bool is_first_step = true;
  };
  using step = decision<auth_step>;

  void try_first_way(entry& e);
  template <class Put>
  void ask(entry& e, Put put);
  entry* find(session_id who);
  void on_decided(const login_ref& who, step d);
  void on_denied(entry& e, const denial& why);
  void on_step(const login_ref& who, auth_challenge next);
  void on_step(const login_ref& who, admission how);
  void refuse(session_id who, abort why);

  login_desk& desk_;
  alarm_clock& clock_;
  post_work post_;
  const realm_settings& realm_;
  tsl::robin_map<session_id, entry, std::hash<session_id>> all_;
  deadlines<session_id> deadlines_;
  bool alarm_is_set_ = false;
};

} // namespace wamp
