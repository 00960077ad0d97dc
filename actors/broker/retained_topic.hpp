// The retained events of one topic: the newest that is for everybody, and newer ones that are for
// some only. Part of retained_events; pure, not thread-safe.
// Spec: "Event Retention": one event that all subscribers would receive, and others of limited
// distribution; each subscriber gets the newest that it would have received.
#pragma once

#include <wamp/actors/broker/kept_publication.hpp>
#include <wamp/actors/session/session_info.hpp>

#include <optional>
#include <vector>

namespace wamp {

class retained_topic {
public:
  /// Events for some only that are kept; the oldest go.
  static constexpr std::size_t max_restricted = 8;

  /// `gone` gets those that are not kept any more.
  void add(kept_publication what, std::vector<publication_id>& gone);

  /// Adds all that are kept.
  void list_ids(std::vector<publication_id>& to) const;

  /// The newest that is for `subscriber`.
  std::optional<publication> newest_for(const session_info& subscriber) const;

  /// Bytes, about.
  std::size_t size() const noexcept { return size_; }

private:
  void drop_what_nobody_needs(std::vector<publication_id>& gone);

  std::vector<kept_publication> events_; ///< the newest first
  std::size_t size_ = 0;
};

} // namespace wamp
