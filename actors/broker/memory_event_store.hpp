// Retained events in memory: bounded, and gone with their broker. What is there is found at once.
// Pure, not thread-safe.
#pragma once

#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/broker/retained_topic.hpp>

#include <list>
#include <map>
#include <string>

namespace wamp {

/// When it is full, those topics go that have had no new event for the longest time.
struct event_store_bounds {
  std::size_t topics = 10'000;
  std::size_t bytes = std::size_t{64} << 20U;
  /// Topics that one SUBSCRIBE to a pattern is sent: those with the newest events. Without it, a
  /// few messages would make millions.
  std::size_t found = 1000;
};

class memory_event_store : public event_store {
public:
  explicit memory_event_store(event_store_bounds bounds = {}) : bounds_(bounds) {}

  void retain(const publication& what, std::function<void()> done) override;
  void find_retained(
      match_policy match, std::string_view topic, const session_info& subscriber,
      std::function<void(std::vector<publication>)> found) override;

  std::size_t topics() const noexcept { return topics_.size(); }
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
  void drop(topic_map::iterator topic);

  event_store_bounds bounds_;
  topic_map topics_;                      ///< in order: those that a pattern matches are neighbours
  std::list<topic_map::iterator> by_age_; ///< the oldest first
  std::size_t bytes_ = 0;
  std::uint64_t count_ = 0;
};

} // namespace wamp
