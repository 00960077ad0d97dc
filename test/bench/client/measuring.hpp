// What the client's benches share: the process's clock and memory, and waiting for one thing.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <functional>
#include <jemalloc/jemalloc.h>
#include <mutex>
#include <vector>

namespace wamp::bench {

/// CPU time that this process has used, in seconds.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// KiB that this process has allocated and not given back, each object with what the allocator
/// rounds it up to. (Resident memory would show what ten thousand HELLOs took for a moment, too.)
inline double allocated_kib() {
  std::uint64_t now = 1;
  mallctl("epoch", nullptr, nullptr, &now, sizeof now); // or the figures are old ones
  std::size_t bytes = 0;
  auto size = sizeof bytes;
  mallctl("stats.allocated", &bytes, &size, nullptr, 0);
  return static_cast<double>(bytes) / 1024;
}

/// Opened once.
class gate {
public:
  void open() {
    std::lock_guard lock{mutex_};
    open_ = true;
    opened_.notify_all();
  }
  void wait() {
    std::unique_lock lock{mutex_};
    opened_.wait(lock, [this] { return open_; });
  }

private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

inline double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

/// Microseconds of CPU time that each of the `count` things costs that `f(count)` does.
inline double cost_of(int count, const std::function<void(int)>& f) {
  const auto before = cpu_seconds();
  f(count);
  return (cpu_seconds() - before) * 1e6 / count;
}

} // namespace wamp::bench
