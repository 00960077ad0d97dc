// Whether a peer is still there: silent peers are pinged, and given up if they stay silent. Any
// byte from the peer counts as life. Pure; asked by socket_connection once per sweep, so that
// a byte received costs no look at the clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace wamp {

class liveness {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;
  enum class verdict : std::uint8_t { fine, send_ping, dead };

  /// A byte came, or (as good as that) reading begins anew after a pause.
  void on_life() noexcept { heard_ = true; }

  /// `reading`: false while nobody reads, when silence says nothing. `interval` zero: no pings.
  verdict check(time_point now, bool reading, duration interval, duration timeout) noexcept {
    if (heard_ || !reading || interval == duration::zero()) {
      since_ = now;
      heard_ = pinged_ = false;
      return verdict::fine;
    }
    if (now - since_ < (pinged_ ? timeout : interval))
      return verdict::fine;
    if (pinged_)
      return verdict::dead;
    pinged_ = true;
    since_ = now;
    return verdict::send_ping;
  }

private:
  time_point since_;  // of the last life seen, or of the ping
  bool heard_ = true; // since the last check
  bool pinged_ = false;
};

} // namespace wamp
