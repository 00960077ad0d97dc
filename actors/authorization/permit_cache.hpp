// Decisions that need not be made again: what broker or dealer remember for one session, or for all
// of one role. Pure, not thread-safe. Bounded: a session may name any number of URIs.
#pragma once

#include <wamp/actors/authorization/attempt.hpp>
#include <wamp/actors/string_map.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace wamp {

class permit_cache {
public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::size_t max_uris = 1024;
  static constexpr std::size_t max_length = 256; ///< of a URI

  /// `generation` counts the changes of who decides: what was decided before one is void.
  explicit permit_cache(std::uint64_t generation) : generation_(generation) {}
  std::uint64_t generation() const noexcept { return generation_; }

  /// The decision, or nullptr. `now()` is called where that depends on the time.
  template <class Now>
  const permit* find(action what, std::string_view uri, const Now& now) const {
    const auto found = by_uri_.find(uri);
    if (found == by_uri_.end())
      return nullptr;
    const auto& e = found->second[static_cast<std::size_t>(what)];
    if (e.until == time_point{} || (e.until != time_point::max() && e.until <= now()))
      return nullptr;
    return &e.what;
  }

  template <class Now>
  void add(action what, std::string_view uri, const permit& p, const Now& now) {
    if (p.valid_for <= permit::duration::zero() || uri.size() > max_length)
      return;
    if (by_uri_.size() >= max_uris)
      by_uri_.clear();
    constexpr permit::duration longest = std::chrono::hours{24 * 365 * 100}; // of nanoseconds
    const auto until = p.valid_for > longest ? time_point::max() : now() + p.valid_for;
    by_uri_[std::string{uri}][static_cast<std::size_t>(what)] = {p, until};
  }

private:
  struct entry {
    permit what;
    time_point until; ///< 0: nothing is known
  };

  std::uint64_t generation_;
  string_map<std::array<entry, 4>> by_uri_;
};

} // namespace wamp
