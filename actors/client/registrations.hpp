// What a client wants to serve, and what it is registered for: survives the end of a session, and
// is set up again in the next. Plain C++, beside client_protocol, which sends. Not thread-safe.
// Spec: "Remote Procedure Calls" (basic profile).
#pragma once

#include <wamp/actors/client/client_protocol.hpp>
#include <wamp/actors/client/set_up_queue.hpp>

#include <tsl/robin_map.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace wamp {

/// Answers by client_protocol::yield() or fail(), at any time. Must not throw; may register and
/// unregister.
using invocation_handler = std::function<void(const invocation&)>;

/// One registration, for the life of the client.
using procedure_key = std::uint64_t;

class registrations {
public:
  /// How registering or unregistering ended.
  using outcome = std::function<void(tl::expected<registration_id, error>)>;

  explicit registrations(client_protocol& protocol) : protocol_(protocol) {}

  /// Registers, now or as soon as there is a session. `done` is called each time that the router
  /// has answered: in every session. After an ERROR in the session in which it was added it is
  /// gone; after one in a later session it is tried again in the next.
  procedure_key add(std::string procedure, dict options, invocation_handler handler, outcome done);

  /// The handler is not called any more. `done` is called once: when the router has answered, or
  /// at once if it need not be asked. False if there is no such registration.
  bool remove(procedure_key key, outcome done);

  /// There will be no session: tells those who have no answer yet, and those who come later.
  void fail_waiting(std::string_view uri, std::string_view text);

  // -- what client_observer is told --
  void on_joined();
  void on_ended();
  /// Refuses what nobody here serves any more.
  void on_invocation(const invocation& m);
  /// The router took the registration away: it is gone for good. Returns its procedure, or nothing
  /// if it was not there any more.
  std::string on_revoked(registration_id id);

  std::size_t size() const noexcept { return entries_.size(); }

private:
  struct entry {
    std::string procedure;
    dict options;
    std::shared_ptr<const invocation_handler> handler;
    outcome told;
    outcome leaving;        ///< removed while REGISTER was under way
    registration_id id;     ///< 0: not registered
    bool pending = false;   ///< REGISTER was sent, or will be when its turn comes
    bool was_there = false; ///< in this session or an earlier one
    bool removed = false;
  };
  using entries = std::map<procedure_key, entry>;

  void register_(procedure_key key, entry& e);
  void set_up_next();
  void on_answer(procedure_key key, tl::expected<registered, error> answer);
  void unregister(registration_id id, outcome done);

  client_protocol& protocol_;
  entries entries_;
  tsl::robin_map<std::uint64_t, procedure_key> by_id_;
  set_up_queue<procedure_key> to_set_up_;
  std::optional<error> over_; ///< no session will come
  procedure_key last_key_ = 0;
};

} // namespace wamp
