// The benches of the client, each in a file of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wamp::bench {

struct figure {
  std::string name;
  std::string unit;
  double value = 0;
  double floor = 0; ///< 0: there is none
};

/// Calls and events between clients and a router of one process, beside CAF alone.
std::vector<figure> measure_in_process(int rounds);

/// What a client over WebSocket spends on being called, by a caller in a process of its own, both
/// on the router at this port of 127.0.0.1.
std::vector<figure> measure_callee(std::uint16_t port, int rounds);

/// What ten thousand clients take beside their sessions.
std::vector<figure> measure_memory();

} // namespace wamp::bench
