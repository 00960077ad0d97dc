// Which browser is who: what the method "cookie" knows. A gateway gives each browser a cookie that
// nobody can guess; when another method has admitted its session, the cookie stands for that
// identity, in that realm, for some time.
// Spec: "Authentication" (advanced profile) names the method. Thread-safe; bounded in entries.
#pragma once

#include <wamp/auth/identity.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace wamp {

class cookie_store {
public:
  using clock = std::chrono::steady_clock;

  struct limits {
    std::size_t entries = 100'000; ///< one more, and the oldest is forgotten
    clock::duration time_to_live = std::chrono::hours{24};
  };

  cookie_store() : cookie_store(limits{}) {}
  explicit cookie_store(limits l, std::function<clock::time_point()> now = clock::now)
      : limits_(l), now_(std::move(now)) {}

  /// From now on the cookie stands for `who`. An empty cookie stands for nobody.
  void remember(std::string_view realm, std::string_view cookie, identity who);
  std::optional<identity> find(std::string_view realm, std::string_view cookie) const;
  /// After a log-out, for one.
  void forget(std::string_view realm, std::string_view cookie);
  /// Forgets all whom `stays` does not hold for: when users have changed. Must not call back.
  void keep_if(const std::function<bool(std::string_view realm, const identity&)>& stays);

  std::size_t size() const;
  clock::duration time_to_live() const noexcept { return limits_.time_to_live; }

private:
  struct entry {
    std::string key;
    std::string realm;
    identity who;
    clock::time_point until;
  };
  using entries = std::list<entry>; ///< the oldest first, so the first to end

  void erase(entries::iterator e);

  limits limits_;
  std::function<clock::time_point()> now_;
  mutable std::mutex guard_;
  entries entries_;
  std::unordered_map<std::string, entries::iterator> by_key_;
};

} // namespace wamp
