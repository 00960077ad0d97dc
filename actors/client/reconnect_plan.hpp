// When a client tries again: longer and longer pauses, each of a random length so that the clients
// of a router that came back do not all come at once. Pure; one per client.
#pragma once

#include <wamp/serialization/uris.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <string_view>

namespace wamp {

struct reconnect_settings {
  bool enabled = true;
  std::chrono::milliseconds first{100};   ///< the longest that the first pause may be
  std::chrono::milliseconds most{30'000}; ///< and any pause
  double growth = 2;                      ///< from one pause to the next
  /// Attempts in a row that may fail before the client gives up. A session that ends sooner than
  /// the next pause would is one of them.
  std::uint64_t max_attempts = std::numeric_limits<std::uint64_t>::max();
};

/// Whether the client need not try again, since the router has said no to who it is, or it to the
/// router: the answer would be the same, and a wrong password may lock the user out. What failed
/// for reasons of the router's own (wamp.error.authentication_failed, unavailable), and a realm
/// that is not there, may be different next time.
inline bool is_final_refusal(std::string_view reason) noexcept {
  static constexpr std::array final_ones{
      uris::authentication_denied, uris::no_matching_auth_method,
      uris::no_auth_method,        uris::no_such_principal,
      uris::no_such_role,          uris::not_authorized,
  };
  return std::find(final_ones.begin(), final_ones.end(), reason) != final_ones.end();
}

class reconnect_plan {
public:
  /// Where random numbers come from; an argument, so that tests decide.
  using dice = std::function<std::uint64_t()>;

  explicit reconnect_plan(reconnect_settings settings, dice random = small_dice())
      : settings_(settings), random_(std::move(random)) {}

  /// How long to wait after an attempt that failed, or a session that ended after so long: between
  /// half of what the plan says and all of it. Nothing: give up.
  std::optional<std::chrono::milliseconds> next(std::chrono::nanoseconds lasted = {}) {
    // A router that throws the client out again and again is not asked ever faster.
    if (lasted >= pause_) {
      failed_ = 0;
      pause_ = settings_.first;
    }
    if (!settings_.enabled || failed_ >= settings_.max_attempts)
      return std::nullopt;
    const auto longest = pause_;
    pause_ = std::min(
        settings_.most, std::chrono::milliseconds{static_cast<std::int64_t>(
                            static_cast<double>(pause_.count()) * settings_.growth)});
    ++failed_;
    const auto half = static_cast<std::uint64_t>(std::max<std::int64_t>(longest.count() / 2, 1));
    return std::chrono::milliseconds{static_cast<std::int64_t>(half + random_() % (half + 1))};
  }

private:
  reconnect_settings settings_;
  /// No secrets depend on it, and there may be many clients in a process.
  static dice small_dice() {
    return [engine = std::minstd_rand{std::random_device{}()}]() mutable { return engine(); };
  }

  dice random_;
  std::chrono::milliseconds pause_ = settings_.first;
  std::uint64_t failed_ = 0;
};

} // namespace wamp
