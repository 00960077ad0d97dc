// wamp-bench-load: drives any WAMP router with one workload, checks every answer and event, and
// prints what it cost the router as one JSON object. See `--help` and README.md.

#include <wamp/test/bench/load/event_loop.hpp>
#include <wamp/test/bench/load/options.hpp>
#include <wamp/test/bench/load/router_probe.hpp>
#include <wamp/test/bench/load/workload.hpp>
#include <wamp/test/bench/wire/sockets.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <sys/resource.h>

namespace wamp::bench {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

struct report {
  double seconds = 0; // the window that rate and CPU shares are of
  std::uint64_t ops = 0;
  std::uint64_t router_cpu = 0; // nanoseconds
  std::uint64_t load_cpu = 0;
  double p50 = 0; // microseconds
  double p99 = 0;
  double longest = 0;
  std::uint64_t rss_before = 0; // KiB, with no session
  std::uint64_t rss_after = 0;  // with all of them
};

std::uint64_t own_cpu_nanoseconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto microseconds = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000
                      + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  return static_cast<std::uint64_t>(microseconds) * 1000;
}

class run {
public:
  explicit run(const options& o)
      : options_{o}, probe_{o.pid}, workload_{make_workload(loop_, options_)} {}

  report execute() {
    report r;
    r.rss_before = probe_.resident_kib();
    if (!turn_while(30 * second, [&] { return !workload_->ready(); }))
      throw run_failure("the router stopped answering while sessions were being set up");
    workload_->start();
    turn_for(options_.warm_up);
    measure(r);
    r.rss_after = probe_.resident_kib();
    workload_->stop();
    turn_while(5 * second, [&] { return !workload_->quiet(); });
    workload_->finish();
    return r;
  }

  const workload& work() const { return *workload_; }

private:
  void turn() {
    loop_.read_turn();
    workload_->turn();
    loop_.write_turn();
  }

  /// False if nothing was received for `patience` nanoseconds.
  template <class Condition>
  bool turn_while(std::uint64_t patience, Condition condition) {
    auto received = loop_.received();
    auto progress_at = loop_.now();
    while (condition()) {
      turn();
      if (loop_.received() != received) {
        received = loop_.received();
        progress_at = loop_.now();
      } else if (loop_.now() - progress_at > patience) {
        return false;
      }
    }
    return true;
  }

  void turn_for(double seconds) {
    auto end = loop_.now() + static_cast<std::uint64_t>(seconds * static_cast<double>(second));
    while (!turn_while(second / 2, [&] { return loop_.now() < end; }))
      if (!workload_->quiet())
        workload_->stalled();
  }

  void measure(report& r) {
    workload_->latency().clear();
    auto begin = loop_.now();
    auto ops = workload_->counts().ops;
    auto load_cpu = own_cpu_nanoseconds();
    auto router_cpu = probe_.cpu_nanoseconds();
    turn_for(options_.seconds);
    r.router_cpu = probe_.cpu_nanoseconds() - router_cpu;
    r.load_cpu = own_cpu_nanoseconds() - load_cpu;
    r.ops = workload_->counts().ops - ops;
    r.seconds = static_cast<double>(loop_.now() - begin) / static_cast<double>(second);
    r.p50 = workload_->latency().microseconds(0.5);
    r.p99 = workload_->latency().microseconds(0.99);
    r.longest = workload_->latency().microseconds(1);
  }

  options options_;
  event_loop loop_;
  router_probe probe_;
  std::unique_ptr<workload> workload_;
};

double share(std::uint64_t cpu_nanoseconds, double seconds) {
  return static_cast<double>(cpu_nanoseconds) / (seconds * static_cast<double>(second));
}

void print(const options& o, const report& r, const workload& w) {
  auto& counts = w.counts();
  auto ops = static_cast<double>(std::max<std::uint64_t>(r.ops, 1));
  auto grown = static_cast<double>(r.rss_after) - static_cast<double>(r.rss_before);
  std::printf(
      "{\"workload\":\"%s\",\"ops\":%lu,\"rate\":%.1f,\"cpu_us_per_op\":%.4f,"
      "\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,",
      o.workload.c_str(), r.ops, static_cast<double>(r.ops) / r.seconds,
      static_cast<double>(r.router_cpu) / 1000 / ops, r.p50, r.p99, r.longest);
  std::printf(
      "\"lost\":%lu,\"duplicated\":%lu,\"reordered\":%lu,\"refused\":%lu,\"wrong\":%lu,",
      counts.lost, counts.duplicated, counts.reordered, counts.refused, counts.wrong);
  std::printf(
      "\"sessions\":%zu,\"kib_per_session\":%.3f,\"router_cpu_share\":%.5f,"
      "\"load_cpu_share\":%.5f}\n",
      w.sessions(), grown / static_cast<double>(w.sessions()), share(r.router_cpu, r.seconds),
      share(r.load_cpu, r.seconds));
}

/// Fits the sessions of an idle run to the sockets that this process may open.
void fit_to_descriptors(options& o) {
  constexpr std::size_t others = 64; // the standard streams, epoll, /proc
  auto limit = raise_descriptor_limit() - others;
  if (o.connections > limit) {
    std::fprintf(stderr, "only %zu of %zu sessions: descriptor limit\n", limit, o.connections);
    o.connections = limit;
  }
}

} // namespace
} // namespace wamp::bench

int main(int argc, char** argv) {
  using namespace wamp::bench;
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
    std::fputs(usage(), stdout);
    return 0;
  }
  try {
    auto o = parse_options(argc, argv);
    fit_to_descriptors(o);
    run r{o};
    auto result = r.execute();
    print(o, result, r.work());
  } catch (const std::invalid_argument& e) {
    std::fprintf(stderr, "%s\n%s", e.what(), usage());
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "wamp-bench-load: %s\n", e.what());
    return 1;
  }
}
