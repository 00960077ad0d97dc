#include <wamp/transport/address_limits.hpp>
#include <wamp/transport/socket_address.hpp>

namespace wamp {

address_limits::address_limits(std::size_t max_connections, unsigned max_per_second)
    : max_connections_(max_connections) {
  if (max_per_second > 0)
    rates_.emplace(max_per_second);
}

address_limits::verdict address_limits::admit(std::string_view peer_name, time_point now) {
  if (max_connections_ == 0 && !rates_)
    return verdict::admitted;
  auto network = network_of(address_in(peer_name));
  if (network.empty())
    return verdict::admitted;
  std::lock_guard lock(mutex_);
  if (max_connections_ > 0) {
    auto mine = open_.find(network);
    if (mine != open_.end() && mine->second >= max_connections_)
      return verdict::too_many;
  }
  if (rates_ && !rates_->admit(network, now))
    return verdict::too_fast;
  if (max_connections_ > 0)
    ++open_[network];
  return verdict::admitted;
}

void address_limits::release(std::string_view peer_name) {
  if (max_connections_ == 0)
    return;
  std::lock_guard lock(mutex_);
  auto mine = open_.find(network_of(address_in(peer_name)));
  if (mine != open_.end() && --mine->second == 0)
    open_.erase(mine);
}

} // namespace wamp
