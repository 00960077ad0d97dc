#include <wamp/test/bench/load/router_probe.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <unistd.h>

namespace wamp::bench {
namespace {

namespace fs = std::filesystem;

fs::path proc(int pid) {
  return fs::path{"/proc"} / std::to_string(pid);
}

/// The threads of a process, as folders; one that ends meanwhile is left out by its readers.
std::vector<fs::path> threads(int pid) {
  std::vector<fs::path> found;
  std::error_code gone;
  for (fs::directory_iterator it{proc(pid) / "task", gone}, end; !gone && it != end;
       it.increment(gone))
    found.push_back(it->path());
  return found;
}

std::uint64_t thread_cpu_nanoseconds(const fs::path& thread) {
  // The first number of schedstat is the time on a CPU, in nanoseconds.
  std::uint64_t on_cpu = 0;
  if (std::ifstream{thread / "schedstat"} >> on_cpu && on_cpu > 0)
    return on_cpu;
  // Kernels without it have the same in ticks of 10 ms, as the 14th and 15th field of stat. The
  // 2nd is the program's name in parentheses, which may hold anything.
  std::ifstream file{thread / "stat"};
  std::string stat{std::istreambuf_iterator<char>{file}, {}};
  std::istringstream fields{stat.substr(std::min(stat.size(), stat.rfind(')') + 1))};
  std::string skipped;
  for (int field = 3; field < 14; ++field)
    fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  return (user + system) * 1'000'000'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
}

} // namespace

std::vector<int> router_probe::processes() const {
  std::vector<int> found;
  if (pid_ != 0)
    found.push_back(pid_);
  for (std::size_t i = 0; i < found.size(); ++i)
    for (auto& thread : threads(found[i])) {
      std::ifstream children{thread / "children"};
      for (int child = 0; children >> child;)
        found.push_back(child);
    }
  return found;
}

std::uint64_t router_probe::cpu_nanoseconds() const {
  std::uint64_t sum = 0;
  for (int pid : processes())
    for (auto& thread : threads(pid))
      sum += thread_cpu_nanoseconds(thread);
  return sum;
}

std::uint64_t router_probe::resident_kib() const {
  std::uint64_t sum = 0;
  for (int pid : processes()) {
    std::ifstream status{proc(pid) / "status"};
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:"))
        sum += std::stoull(line.substr(6));
  }
  return sum;
}

} // namespace wamp::bench
