// What canceling a call does, for who asks for it and who carries it out. Pure.
// Spec: "Call Canceling" (advanced profile).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wamp {

enum class cancel_mode : std::uint8_t {
  skip,       ///< the callee goes on, nobody waits for it
  kill,       ///< the callee is told, and has the last word
  killnowait, ///< the callee is told, nobody waits for it
};

constexpr std::string_view name_of(cancel_mode mode) noexcept {
  switch (mode) {
  case cancel_mode::skip:
    return "skip";
  case cancel_mode::kill:
    return "kill";
  case cancel_mode::killnowait:
    break;
  }
  return "killnowait";
}

constexpr std::optional<cancel_mode> cancel_mode_named(std::string_view name) noexcept {
  for (auto mode : {cancel_mode::skip, cancel_mode::kill, cancel_mode::killnowait})
    if (name == name_of(mode))
      return mode;
  return std::nullopt;
}

} // namespace wamp
