// What the client's benches share: the process's clock and memory, and waiting for one thing.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <ctime>
#include <fstream>
#include <functional>
#include <mutex>
#include <unistd.h>
#include <vector>

namespace wamp::bench {

/// CPU time that this process has used, in seconds.
inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// jemalloc's, where the program has it.
extern "C" [[gnu::weak]] int
mallctl(const char* name, void* old, std::size_t* old_size, void* value, std::size_t size);

/// Resident memory of this process, in KiB, without what the allocator keeps for later: what ten
/// thousand HELLOs took for a moment is not what a client takes.
inline double resident_kib() {
  if (mallctl)
    mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0); // all arenas
  std::ifstream statm{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
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
