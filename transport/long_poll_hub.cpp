#include <wamp/transport/long_poll_hub.hpp>
#include <wamp/transport/unpredictable.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace wamp {

namespace {

constexpr std::size_t id_size = 32;

/// 128 bits: who knows an id may speak for its session.
std::string fresh_id() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, id_size / 2> octets;
  fill_unpredictably(octets);
  std::string id;
  for (auto octet : octets) {
    auto n = static_cast<unsigned char>(octet);
    id.push_back(digits[n >> 4U]);
    id.push_back(digits[n & 15U]);
  }
  return id;
}

} // namespace

long_poll_hub::opened
long_poll_hub::open(std::shared_ptr<io_core> core, subprotocol p, std::string peer_name) {
  if (context_->stopped || context_->open >= context_->options.max_connections)
    return {};
  context_->take_socket(false);
  const auto& limits = context_->limits();
  // They are found out by the sweep of this thread.
  core->watch_timeout(limits.longest_silence());
  opened result;
  result.id = fresh_id();
  result.connection = std::make_shared<long_poll_connection>(
      std::move(core), limits, p, std::move(peer_name),
      [hub = shared_from_this(), id = result.id] { hub->forget(id); });
  std::lock_guard lock(mutex_);
  connections_.emplace(result.id, result.connection);
  return result;
}

void long_poll_hub::forget(const std::string& id) {
  {
    std::lock_guard lock(mutex_);
    connections_.erase(id);
  }
  context_->release_socket(false);
}

std::shared_ptr<long_poll_connection> long_poll_hub::find(std::string_view id) const {
  if (id.size() != id_size)
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
