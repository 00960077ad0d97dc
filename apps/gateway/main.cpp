// wamp-gateway: a WAMP router on WebSocket and RawSocket.
//   main -> options (command line) -> config (file) -> keys -> event stores -> gateway (actors and
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
#include <wamp/apps/gateway/reload.hpp>
#include <wamp/apps/gateway/signals.hpp>
#include <wamp/apps/gateway/tls_files.hpp>
#include <wamp/auth/crypto.hpp>

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

/// False if there are any.
bool tell(const std::vector<config_error>& problems) {
  for (auto& problem : problems)
    std::cerr << problem.to_string() << '\n';
  return problems.empty();
}

int serve(const options& given, gateway_config config) {
  // Before any thread exists, so that every thread inherits the mask.
  signal_waiter signals;
  if (!tell(open_event_stores(config.realms)))
    return 2;
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
      {{config.listeners.begin(), config.listeners.end()},
       {config.realms.begin(), config.realms.end()},
       config.timeouts});
  if (!opened) {
    logger()->critical("{}", opened.error());
    return 1;
  }
  for (auto& address : (*opened)->local_addresses())
    logger()->info("listening on {}", address.to_string());
  for (const auto& realm : config.realms)
    if (!realm.public_key.empty())
      logger()->info(
          "realm {}: clients may ask for a proof by the key {}", realm.name,
          crypto::to_hex(realm.public_key));
  const auto patience = config.shutdown_timeout;
  reloader again{given, std::move(config), **opened};
  auto name = signals.wait_for_end([&again] { again.reload(); });
  logger()->info("{}: saying goodbye to all sessions", name);
  (*opened)->stop(patience);
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
  if (!tell(load_tls(config->listeners)) || !tell(open_authentication(*config)))
    return 2;
  if (options.check_only) {
    std::cout << "the configuration is valid\n";
    return 0;
  }
  start_logging(config->log);
  raise_descriptor_limit();
  return serve(options, std::move(*config));
}
