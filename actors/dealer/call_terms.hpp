// What the dealer remembers of a call beyond who answers whom. Most calls have nothing of it.
// Owned by the invocation_ledger, from CALL to the final answer. Pure.
#pragma once

#include <wamp/actors/dealer/call_options.hpp>
#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/payload.hpp>

#include <tsl/robin_set.h>

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wamp {

struct workload;

/// Which call, within a realm.
struct call_key {
  session_id caller;
  request_id call;
  auto operator<=>(const call_key&) const = default; // NOLINT(modernize-use-nullptr)
};

using session_set = tsl::robin_set<session_id, std::hash<session_id>>;

struct call_terms {
  registration_id registration = {};
  std::string procedure = {}; ///< for as long as the parts, or until the last has come
  call_options options = {};
  /// The arguments, as long as they may have to be sent: of one CALL, or of each so far.
  std::vector<payload> parts = {};
  std::size_t kept_bytes = 0;          ///< what the caller is charged for keeping all this
  bool takes_more = false;             ///< its last part is still to come
  bool timed = false;                  ///< its timeout is the dealer's to see to
  std::uint64_t ticket = 0;            ///< its place in the registration's queue; 0: it has none
  std::shared_ptr<workload> work = {}; ///< what it is a part of
  session_set refused_by = {};         ///< the callees that were not available
  dict details = {};                   ///< of each INVOCATION, if more are to come
};

} // namespace wamp
