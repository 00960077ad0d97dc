// The retained events of one topic: the newest that is for everybody, and newer ones that are for
// some only. Part of memory_event_store; pure, not thread-safe.
// Spec: "Event Retention": one event that all subscribers would receive, and others of limited
// distribution; each subscriber gets the newest that it would have received.
#pragma once

#include <wamp/actors/broker/publication.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/format.hpp>

#include <optional>
#include <vector>

namespace wamp {

class retained_topic {
public:
  /// Events for some only that are kept; the oldest go.
  static constexpr std::size_t max_restricted = 8;

  void add(const publication& what);

  /// The newest that is for `subscriber`. Nothing is made of it that stays in memory here.
  std::optional<publication> newest_for(const session_info& subscriber) const;

  /// Bytes, about.
  std::size_t size() const noexcept { return size_; }

private:
  /// The arguments are in memory of their own, in one format: those of a publication hold on to
  /// the message they came in, and to each format that they were ever asked for.
  struct kept_event {
    publication what; ///< without its arguments
    format encoding = format::json;
    slice bytes = {};
    unsigned parts = 0;
    std::size_t size = 0;
  };

  static kept_event keep(const publication& what);
  void drop_what_nobody_needs();

  std::vector<kept_event> events_; ///< the newest first
  std::size_t size_ = 0;
};

} // namespace wamp
