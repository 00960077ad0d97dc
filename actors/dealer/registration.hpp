// One registration: a procedure and the callees that share it, and which of them gets a call.
// Owned by the registration_table; pure, not thread-safe.
// Spec: "Shared Registration" (advanced profile). `concurrency` is Crossbar.io's: how many calls a
// callee takes at once; those over it wait for their turn.
#pragma once

#include <wamp/actors/dealer/call_terms.hpp>
#include <wamp/actors/random_ids.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/actors/shard.hpp>
#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/uri.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// Who of the callees is called: `REGISTER.Options.invoke`.
enum class invoke_policy : std::uint8_t { single, first, last, roundrobin, random };

std::string_view name_of(invoke_policy policy) noexcept;
std::optional<invoke_policy> invoke_policy_named(std::string_view name) noexcept;

/// How much a callee does at once. Shared by the calls that it has: they may outlive its
/// registration.
struct workload {
  std::size_t limit;
  std::size_t calls = 0;
};

struct callee {
  session_ref session;
  bool disclose_caller = false;
  bool forward_timeout = false;        ///< it looks after timeouts itself
  std::shared_ptr<workload> work = {}; ///< none: it takes any number of calls
  std::string nkey = {};               ///< its node, for calls with an `rkey`; empty: itself
  dict attributes = {};                ///< see dealer_policy

  bool has_room() const noexcept { return !work || work->calls < work->limit; }
};

struct registration {
  registration_id id;
  match_policy match;
  std::string procedure; ///< or a pattern of them
  invoke_policy invoke = invoke_policy::single;
  std::chrono::system_clock::time_point created = {};
  std::vector<callee> callees = {}; ///< in the order of their REGISTER
  std::size_t next = 0;             ///< whose turn it is: roundrobin
  /// Calls that no callee has room for, by their tickets: in order.
  std::map<std::uint64_t, call_key> waiting = {};

  /// Whom to call now, of those who fit, `fits(const callee&)`; or nullptr: nobody has room.
  /// A call that tells of a resource, `rkey`, goes where that belongs: "Sharded Registration".
  template <class Fits>
  const callee* choose(const random_source& random, std::string_view rkey, Fits fits);

  bool has_room() const;

  /// nullptr: it is none of the callees.
  const callee* find(session_id who) const noexcept;
  /// It must be one of the callees. Turns go on as if it had never been there.
  callee remove(session_id who);

private:
  std::size_t first_choice(const random_source& random) const;
  template <class Fits>
  const callee* choose_for(std::string_view rkey, Fits fits) const;
};

template <class Fits>
const callee* registration::choose(const random_source& random, std::string_view rkey, Fits fits) {
  if (!rkey.empty())
    return choose_for(rkey, fits);
  const auto count = callees.size();
  const std::size_t step = invoke == invoke_policy::last ? count - 1 : 1;
  auto at = first_choice(random);
  for (std::size_t seen = 0; seen < count; ++seen, at = (at + step) % count) {
    const auto& c = callees[at];
    if (!c.has_room() || !fits(c))
      continue;
    if (invoke == invoke_policy::roundrobin)
      next = (at + 1) % count;
    return &c;
  }
  return nullptr;
}

template <class Fits>
const callee* registration::choose_for(std::string_view rkey, Fits fits) const {
  const callee* best = nullptr;
  std::uint64_t most = 0;
  for (const auto& c : callees) {
    const auto here =
        affinity(rkey, c.nkey.empty() ? std::to_string(c.session->id.value()) : c.nkey);
    if ((best && here <= most) || !fits(c))
      continue;
    best = &c;
    most = here;
  }
  return best && best->has_room() ? best : nullptr;
}

} // namespace wamp
