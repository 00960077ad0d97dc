// The calls that a router makes itself, until they are answered. Owned by the caller actor; pure,
// not thread-safe.
#pragma once

#include <wamp/actors/dealer/call_timer.hpp>
#include <wamp/actors/requests.hpp>
#include <wamp/actors/router/procedure_caller.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace wamp {

class router_calls {
public:
  explicit router_calls(alarm_clock& clock) : timer_(clock) {}

  /// For the dealer. Its timeout is ours to see to: a callee may want that, and not do it.
  call begin(procedure_call&& what);
  /// The dealer's answer; one to a call that is over is nobody's.
  void end(outgoing&& answer);
  /// The clock has struck: what the dealer is to be told of calls that took too long.
  std::vector<cancel> alarm();

private:
  void tell(request_id call, call_outcome outcome);

  std::unordered_map<request_id, call_reply> open_;
  std::uint64_t last_id_ = 0;
  call_timer timer_;
};

} // namespace wamp
