// Payload passthru mode: arguments that only the peers understand, in one binary, which `ppt_*`
// attributes describe (see payload::is_one_binary). The router passes both on. Used by sessions,
// brokers and dealers; pure.
// Spec: "Payload Passthru Mode" (advanced profile).
#pragma once

#include <wamp/serialization/value.hpp>

#include <array>
#include <string>
#include <string_view>

namespace wamp {

inline bool is_passed_through(const dict& options) {
  const auto scheme = find<std::string>(options, "ppt_scheme");
  return scheme && !scheme->empty();
}

/// Copies what describes the binary from a message's options to the details of the next.
inline void pass_attributes_on(const dict& options, dict& details) {
  static constexpr std::array attributes{"ppt_scheme", "ppt_serializer", "ppt_cipher", "ppt_keyid"};
  for (auto key : attributes)
    if (const auto v = options.find(key); v && !v->is_null())
      details.set(key, *v);
}

} // namespace wamp
