#include <wamp/transport/long_poll_hub.hpp>
#include <wamp/transport/unpredictable.hpp>

#include <utility>

namespace wamp {

long_poll_hub::opened long_poll_hub::open(
    std::shared_ptr<io_core> core, subprotocol p, const connection& by, std::string cookie) {
  if (context_->stopped || context_->open >= context_->options.max_connections)
    return {};
  using verdict = address_limits::verdict;
  if (context_->by_address.admit(by.peer_name(), std::chrono::steady_clock::now())
      != verdict::admitted)
    return {};
  context_->take_socket(false);
  const auto& limits = context_->limits();
  // They are found out by the sweep of this thread.
  core->watch_timeout(limits.longest_silence());
  auto peer = by.peer();
  peer.cookie = std::move(cookie);
  // Its requests come on any socket: none of these is its channel, but all are this server's.
  if (peer.tls)
    peer.tls->unique = peer.tls->exporter = {};
  opened result;
  result.id = unpredictable_token();
  result.connection = std::make_shared<long_poll_connection>(
      std::move(core), limits, p, by.peer_name(), std::move(peer),
      [hub = shared_from_this(), id = result.id, name = by.peer_name()] { hub->forget(id, name); });
  std::lock_guard lock(mutex_);
  connections_.emplace(result.id, result.connection);
  return result;
}

void long_poll_hub::forget(const std::string& id, std::string_view peer_name) {
  {
    std::lock_guard lock(mutex_);
    connections_.erase(id);
  }
  context_->release_socket(false, peer_name);
}

std::shared_ptr<long_poll_connection> long_poll_hub::find(std::string_view id) const {
  if (!is_token(id))
    return nullptr;
  std::lock_guard lock(mutex_);
  auto found = connections_.find(std::string(id));
  return found == connections_.end() ? nullptr : found->second;
}

template <class Predicate>
std::vector<std::shared_ptr<long_poll_connection>> long_poll_hub::all_of(Predicate wanted) const {
  std::vector<std::shared_ptr<long_poll_connection>> result;
  std::lock_guard lock(mutex_);
  for (const auto& [id, c] : connections_)
    if (wanted(c->core()))
      result.push_back(c);
  return result;
}

void long_poll_hub::leave() {
  for (auto& c : all_of([](io_core& core) { return core.has_ended(); }))
    c->cut_off(close_reason::going_away, "the io thread ends");
}

bool long_poll_hub::check_time(io_core& core, time_point now) {
  auto here = all_of([&](io_core& of) { return &of == &core; });
  for (auto& c : here)
    c->check_time(now);
  return !here.empty();
}

void long_poll_hub::close_connections(io_core& core, close_reason reason) {
  for (auto& c : all_of([&](io_core& of) { return &of == &core; }))
    c->cut_off(reason, "the io thread closes its connections");
}

} // namespace wamp
