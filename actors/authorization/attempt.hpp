// What a session asks to be allowed, and what it may then do. Values; any thread.
// Spec: "Authorization" (advanced profile).
#pragma once

#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/uri.hpp>
#include <wamp/serialization/value.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace wamp {

enum class action : std::uint8_t { subscribe, publish, register_, call };

constexpr std::string_view name_of(action what) noexcept {
  constexpr std::array<std::string_view, 4> names{"subscribe", "publish", "register", "call"};
  return names.at(static_cast<std::size_t>(what));
}

/// What is done to which URI. A pattern is one of those that SUBSCRIBE and REGISTER may name.
struct attempt {
  action what;
  std::string_view uri;
  match_policy match = match_policy::exact;
};

/// The same for somebody who takes time to think.
struct authorization_request {
  session_ref who;
  action what;
  std::string uri;
  match_policy match = match_policy::exact;
  dict options = {}; ///< of the request
};

struct permit {
  using duration = std::chrono::milliseconds;
  static constexpr auto for_good = duration::max(); ///< until who decides is another

  bool allow = false;
  bool disclose = false; ///< of a publication or call: the others are told who makes it
  duration valid_for{0}; ///< nobody need be asked again for so long
};

} // namespace wamp
