// wamp-gateway: a WAMP router on WebSocket and RawSocket.
//   main -> options (command line) -> config (file) -> event stores -> gateway (actors and
//   listeners) -> signals
#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/scheduler/io_scheduler.hpp>
#include <wamp/apps/gateway/add_user.hpp>
#include <wamp/apps/gateway/authentication.hpp>
#include <wamp/apps/gateway/config.hpp>
#include <wamp/apps/gateway/event_stores.hpp>
#include <wamp/apps/gateway/logging.hpp>
#include <wamp/apps/gateway/options.hpp>
#include <wamp/apps/gateway/signals.hpp>

#include <iostream>
#include <list>
#include <sys/resource.h>

namespace {

using namespace wamp;

/// As many sockets as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

int serve(gateway_config config) {
  // Before any thread exists, so that every thread inherits the mask.
  signal_waiter signals;
  auto problems = open_event_stores(config.realms);
  for (auto& problem : open_authentication(config.realms))
    problems.push_back(std::move(problem));
  if (!problems.empty()) {
    for (auto& problem : problems)
      std::cerr << problem.to_string() << '\n';
    return 2;
  }
  std::list<io_thread> owned(config.threads);
  std::vector<io_thread*> threads;
  for (auto& thread : owned)
    threads.push_back(&thread);
  caf::actor_system_config caf_config;
  if (config.scheduler == actor_threads::sockets)
    use_io_scheduler(caf_config, threads);
  else // its work stealing sleeps up to 10 ms between two looks for work
    caf_config.set("scheduler.policy", caf::atom("sharing"));
  caf::actor_system system{caf_config};
  if (config.scheduler == actor_threads::caf)
    for (auto thread : threads)
      thread->run();
  auto opened = gateway::open(
      system, threads,
      {std::move(config.listeners), {config.realms.begin(), config.realms.end()}, config.timeouts});
  if (!opened) {
    logger()->critical("{}", opened.error());
    return 1;
  }
  for (auto& address : (*opened)->local_addresses())
    logger()->info("listening on {}", address.to_string());
  auto name = signals.wait_for_end();
  logger()->info("{}: saying goodbye to all sessions", name);
  (*opened)->stop(config.shutdown_timeout);
  logger()->info("stopped");
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  auto options = read_options(argc, argv);
  if (options.exit_code)
    return *options.exit_code;
  if (options.added)
    return add_user(*options.added, std::cin, std::cout, std::cerr);
  auto config = configure(options);
  if (!config) {
    for (auto& problem : config.error())
      std::cerr << problem << '\n';
    return 2;
  }
  if (options.check_only) {
    std::cout << "the configuration is valid\n";
    return 0;
  }
  start_logging(config->log);
  raise_descriptor_limit();
  return serve(std::move(*config));
}
