// How many connections one address may have, and how fast it may open them: so that one peer can
// not take all places of a listener, nor keep it busy with handshakes. Used by listener_context.
#pragma once

#include <wamp/transport/arrival_rates.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace wamp {

/// Any thread. Addresses are those in the peers' names; a Unix socket's peers have none, and no
/// bounds.
class address_limits {
public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class verdict : std::uint8_t { admitted, too_many, too_fast };

  /// 0: no such bound.
  address_limits(std::size_t max_connections, unsigned max_per_second);

  /// Whoever is admitted is to be released when the connection is gone.
  verdict admit(std::string_view peer_name, time_point now);
  void release(std::string_view peer_name);

private:
  const std::size_t max_connections_;

  std::mutex mutex_; // guards the following
  std::optional<arrival_rates> rates_;
  std::unordered_map<std::string, std::size_t> open_; // more than none
};

} // namespace wamp
