// A topic, or a pattern of topics, whose past a realm keeps, and how much of it. Part of
// realm_settings. Spec: "Event History" (advanced profile).
#pragma once

#include <wamp/serialization/uri.hpp>

#include <cstddef>
#include <string>

namespace wamp {

/// The oldest events go. One that two topics share counts for both.
struct history_bounds {
  std::size_t events = 1000;
  std::size_t bytes = std::size_t{4} << 20U; ///< about
  bool operator==(const history_bounds&) const = default;
};

struct history_topic {
  std::string uri;
  match_policy match = match_policy::exact;
  history_bounds bounds = {};
  bool operator==(const history_topic&) const = default;
};

} // namespace wamp
