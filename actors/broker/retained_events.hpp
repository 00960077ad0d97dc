// The retained events of a realm's topics, in memory and bounded. Part of the event stores.
// Pure, not thread-safe. Spec: "Event Retention" (advanced profile).
#pragma once

#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/broker/retained_topic.hpp>

#include <list>
#include <map>
#include <string>

namespace wamp {

class retained_events {
public:
  explicit retained_events(const event_store_bounds& bounds) : bounds_(bounds) {}

  /// Keeps the event as its topic's newest. Returns those that are not kept any more; it may be
  /// one of them.
  std::vector<publication_id> add(kept_publication what);

  /// As event_store::find_retained().
  std::vector<publication>
  find(match_policy match, std::string_view topic, const session_info& subscriber) const;

  std::size_t bytes() const noexcept { return bytes_; }

private:
  struct aging_topic;
  using topic_map = std::map<std::string, aging_topic, std::less<>>;
  struct aging_topic {
    retained_topic events = {};
    std::list<topic_map::iterator>::iterator age = {};
    std::uint64_t newest = 0; ///< counts all events of the store
  };

  std::vector<const aging_topic*> matching(match_policy match, std::string_view topic) const;
  void drop(topic_map::iterator topic, std::vector<publication_id>& gone);

  event_store_bounds bounds_;
  topic_map topics_;                      ///< in order: those that a pattern matches are neighbours
  std::list<topic_map::iterator> by_age_; ///< the oldest first
  std::size_t bytes_ = 0;
  std::uint64_t count_ = 0;
};

} // namespace wamp
