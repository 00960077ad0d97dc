#pragma once
// CPU time and memory of the router under test, read from /proc for its process and all its
// descendants (some routers are a parent with workers). Used by the load generator's main.

#include <cstdint>
#include <vector>

namespace wamp::bench {

class router_probe {
public:
  /// With pid 0 there is nothing to measure, and every figure is 0.
  explicit router_probe(int pid) : pid_{pid} {}

  /// Time on a CPU since the process started, user and system, in nanoseconds.
  std::uint64_t cpu_nanoseconds() const;

  /// Resident memory in KiB.
  std::uint64_t resident_kib() const;

private:
  std::vector<int> processes() const;

  int pid_;
};

} // namespace wamp::bench
