// Which events of a history somebody wants: the keyword arguments of
// wamp.subscription.get_events. All conditions must hold.
// Spec: "Event History" (advanced profile). Pure.
#pragma once

#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/value.hpp>

#include <tl/expected.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace wamp {

struct history_query {
  using time = std::chrono::sys_time<std::chrono::microseconds>;

  bool reverse = false;
  std::optional<std::size_t> limit = {};
  std::optional<time> from_time = {};
  std::optional<time> after_time = {};
  std::optional<time> before_time = {};
  std::optional<time> until_time = {};
  std::optional<std::string> topic = {};
  std::optional<publication_id> from_publication = {};
  std::optional<publication_id> after_publication = {};
  std::optional<publication_id> before_publication = {};
  std::optional<publication_id> until_publication = {};

  /// Whether its conditions hold for an event, apart from those that name publications.
  bool wants(time when, const std::string& of_topic) const;

  /// Or a sentence that says what is wrong with them. Unknown ones do not matter.
  static tl::expected<history_query, std::string> from(const dict& kwargs);
};

} // namespace wamp
