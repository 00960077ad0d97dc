// Which actors a client serves events to, and is served calls by, so that what they wanted goes
// when they do. Held by the client's actor.
#pragma once

#include <caf/all.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace wamp {

/// One subscription or registration of an actor's. `key`: of `subscriptions` or `registrations`.
struct attachment {
  enum class kind : std::uint8_t { subscriber, procedure };
  kind is = kind::subscriber;
  std::string uri;
  std::uint64_t key = 0;
};

class attached_actors {
public:
  /// True if it is the actor's first.
  bool add(const caf::actor_addr& who, attachment what) {
    auto& all = of_[who];
    all.push_back(std::move(what));
    return all.size() == 1;
  }

  /// Takes one away and returns its key; 0 if there is none.
  std::uint64_t take(const caf::actor_addr& who, attachment::kind is, const std::string& uri) {
    return take_if(who, [&](const attachment& a) { return a.is == is && a.uri == uri; });
  }
  void take(const caf::actor_addr& who, attachment::kind is, std::uint64_t key) {
    take_if(who, [&](const attachment& a) { return a.is == is && a.key == key; });
  }

  /// All of one actor's.
  std::vector<attachment> take_all(const caf::actor_addr& who) {
    auto found = of_.find(who);
    if (found == of_.end())
      return {};
    auto all = std::move(found->second);
    of_.erase(found);
    return all;
  }

  bool has(const caf::actor_addr& who) const { return of_.contains(who); }

private:
  template <class Predicate>
  std::uint64_t take_if(const caf::actor_addr& who, Predicate is_it) {
    auto found = of_.find(who);
    if (found == of_.end())
      return 0;
    auto& all = found->second;
    auto a = std::find_if(all.begin(), all.end(), is_it);
    if (a == all.end())
      return 0;
    const auto key = a->key;
    all.erase(a);
    if (all.empty())
      of_.erase(found);
    return key;
  }

  std::unordered_map<caf::actor_addr, std::vector<attachment>> of_;
};

} // namespace wamp
