#include <wamp/actors/gateway/gateway.hpp>
#include <wamp/actors/log.hpp>
#include <wamp/actors/scheduler/io_scheduler.hpp>
#include <wamp/serialization/uris.hpp>

namespace wamp {

tl::expected<std::unique_ptr<gateway>, std::string> gateway::open(
    caf::actor_system& system, std::vector<io_thread*> threads, gateway_settings settings) {
  auto actor = spawn_gateway(system, std::move(settings.realms), settings.timeouts);
  std::unique_ptr<gateway> result{new gateway{threads, actor}};
  for (auto& wanted : settings.listeners) {
    wanted.options.spread_over = threads;
    auto opened = listener::open(
        *threads.front(), wanted.address, std::move(wanted.options),
        [actor](std::shared_ptr<connection> peer) {
          caf::anon_send(actor, accepted{std::move(peer), this_threads_home()});
        },
        [](std::string_view trouble) { logger()->warn("{}", trouble); });
    if (!opened)
      return tl::unexpected{std::move(opened.error())};
    result->listeners_.push_back(std::move(*opened));
  }
  return result;
}

gateway::gateway(std::vector<io_thread*> threads, gateway_actor actor)
    : threads_(std::move(threads)), actor_(std::move(actor)) {}

gateway::~gateway() {
  stop(std::chrono::milliseconds{0});
}

std::vector<listen_address> gateway::local_addresses() const {
  std::vector<listen_address> result;
  for (auto& l : listeners_)
    result.push_back(l->local_address());
  return result;
}

void gateway::use_tls(std::size_t listener, std::shared_ptr<const tls_server_context> tls) {
  listeners_.at(listener)->use_tls(std::move(tls));
}

bool gateway::set_authorizer(std::string realm, std::shared_ptr<authorizer> by) {
  bool is_set = false;
  caf::scoped_actor self{actor_->home_system()};
  self->request(actor_, caf::infinite, realm_authorizer{std::move(realm), std::move(by)})
      .receive([&](bool found) { is_set = found; }, [](const caf::error&) {});
  return is_set;
}

void gateway::stop(std::chrono::milliseconds patience) {
  if (!actor_)
    return;
  for (auto& l : listeners_)
    l->stop();
  caf::anon_send(actor_, shut_down{std::string{uris::system_shutdown}});
  caf::scoped_actor self{actor_->home_system()};
  self->request(actor_, patience, drained_atom::value)
      .receive(
          [](bool) {},
          [&](const caf::error&) {
            if (patience.count() > 0)
              logger()->warn("some peers did not answer GOODBYE within {} ms", patience.count());
          });
  // Those without a session, and those that do not answer.
  for (auto thread : threads_)
    thread->close_connections(close_reason::going_away, std::chrono::seconds{5});
  listeners_.clear();
  caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown);
  actor_ = nullptr;
}

} // namespace wamp
