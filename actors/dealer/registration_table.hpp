// Who serves which procedure. Owned by the dealer; pure, not thread-safe.
// Spec: "Registering and Unregistering" (basic profile): one callee per procedure.
#pragma once

#include <wamp/actors/session/session_info.hpp>
#include <wamp/actors/string_map.hpp>
#include <wamp/serialization/ids.hpp>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <memory>
#include <string>
#include <string_view>

namespace wamp {

struct registration {
  registration_id id;
  std::string procedure;
  session_ref callee;
};

class registration_table {
public:
  /// nullptr when the procedure has a callee already.
  const registration* add(const session_ref& callee, std::string_view procedure);

  /// False when `callee` does not serve `id`.
  bool remove(session_id callee, registration_id id);

  /// Removes everything that `callee` serves.
  void remove_session(session_id callee);

  /// The registration that a call to `procedure` goes to, or nullptr.
  const registration* match(std::string_view procedure) const;

  std::size_t size() const noexcept { return by_id_.size(); }

private:
  using registration_set = tsl::robin_set<registration_id, std::hash<registration_id>>;

  void erase(registration_id id);

  string_map<std::unique_ptr<registration>> by_procedure_;
  tsl::robin_map<registration_id, registration*, std::hash<registration_id>> by_id_;
  tsl::robin_map<session_id, registration_set, std::hash<session_id>> by_session_;
  std::uint64_t last_id_ = 0;
};

} // namespace wamp
