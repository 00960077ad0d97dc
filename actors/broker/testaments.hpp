// What sessions want published when they have ended. Owned by the broker; pure, not thread-safe.
// Spec: "Testaments" (advanced profile). Sessions are not resumed here: both scopes end together.
#pragma once

#include <wamp/actors/session/credit.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/messages.hpp>

#include <tsl/robin_map.h>

#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace wamp {

enum class testament_scope : std::uint8_t { detached, destroyed };

inline std::optional<testament_scope> testament_scope_named(std::string_view name) {
  if (name == "detached")
    return testament_scope::detached;
  if (name == "destroyed")
    return testament_scope::destroyed;
  return std::nullopt;
}

class testaments {
public:
  /// What a session may leave behind, in all.
  static constexpr std::size_t max_count = 256;
  static constexpr std::size_t max_bytes = std::size_t{1} << 20U;

  /// False when the session has left as much as it may.
  bool add(const session_ref& of, testament_scope scope, publish what) {
    auto& w = of_[of->id];
    const auto bytes = weight_of(what) + what.topic.size();
    if (w.bytes + bytes > max_bytes || w.count() >= max_count)
      return false;
    w.session = of;
    w.bytes += bytes;
    w.in(scope).push_back(std::move(what));
    return true;
  }

  /// How many were taken back.
  std::size_t flush(session_id of, testament_scope scope) {
    const auto found = of_.find(of);
    if (found == of_.end())
      return 0;
    auto& w = found.value();
    const auto taken = std::exchange(w.in(scope), {});
    for (const auto& p : taken)
      w.bytes -= weight_of(p) + p.topic.size();
    if (w.count() == 0)
      of_.erase(found);
    return taken.size();
  }

  /// All of a session's, in the order in which they are published. They are gone here.
  struct estate {
    session_ref session; ///< none: it left nothing
    std::vector<publish> publications;
  };
  estate take(session_id of) {
    const auto found = of_.find(of);
    if (found == of_.end())
      return {};
    auto w = std::move(found.value());
    of_.erase(found);
    auto all = std::move(w.in(testament_scope::detached));
    auto& rest = w.in(testament_scope::destroyed);
    all.insert(
        all.end(), std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
    return {std::move(w.session), std::move(all)};
  }

private:
  struct will {
    session_ref session;
    std::array<std::vector<publish>, 2> by_scope;
    std::size_t bytes = 0;

    std::vector<publish>& in(testament_scope s) { return by_scope[static_cast<std::size_t>(s)]; }
    std::size_t count() const { return by_scope[0].size() + by_scope[1].size(); }
  };

  tsl::robin_map<session_id, will, std::hash<session_id>> of_;
};

} // namespace wamp
