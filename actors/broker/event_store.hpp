// Where a broker keeps events for those who come later. Implemented by memory_event_store, and by
// whatever keeps them longer; each realm_settings makes its own.
//
// A store may take its time: it calls back when it is done, at once or later, but always in the
// broker's turn, and never after its own end. The broker asks for one thing after the other and
// goes on meanwhile. What a store gives up, it calls back for, too: keeping events is best effort.
// Spec: "Event Retention" (advanced profile).
#pragma once

#include <wamp/actors/broker/publication.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/uri.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace wamp {

class event_store {
public:
  virtual ~event_store() = default;

  /// Keeps the event as its topic's newest. Its PUBLISHED waits for `done`.
  virtual void retain(const publication& what, std::function<void()> done) = 0;

  /// For each topic that a subscription to (match, topic) hears: the newest retained event that
  /// `subscriber` would have received when it was published.
  virtual void find_retained(
      match_policy match, std::string_view topic, const session_info& subscriber,
      std::function<void(std::vector<publication>)> found) = 0;
};

/// In memory, with the usual bounds.
std::unique_ptr<event_store> default_event_store();

} // namespace wamp
