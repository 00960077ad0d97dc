// What a WebSocket's two sides agree on by name: the format of the messages, and whether several of
// them share a WebSocket message. Used by the handshakes of both sides.
// Spec: "WebSocket Transport" (basic profile), "Batched WebSocket Transport" (advanced profile).
#pragma once

#include <wamp/serialization/format.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wamp {

struct subprotocol {
  format encoding{};
  bool batched = false;

  bool operator==(const subprotocol&) const = default;
};

inline constexpr std::string_view batched_suffix = ".batched";

/// Such as "wamp.2.json" or "wamp.2.json.batched".
inline std::string name_of(subprotocol p) {
  return std::string(subprotocol_of(p.encoding)).append(p.batched ? batched_suffix : "");
}

/// The one of that name, if `formats` has its format.
inline std::optional<subprotocol>
subprotocol_named(std::string_view name, std::span<const format> formats) noexcept {
  bool batched = name.ends_with(batched_suffix);
  if (batched)
    name.remove_suffix(batched_suffix.size());
  auto found = std::ranges::find(formats, name, subprotocol_of);
  if (found == formats.end())
    return std::nullopt;
  return subprotocol{*found, batched};
}

/// The names of all that `formats` allow, in that order, separated by commas.
inline std::string subprotocol_list(std::span<const format> formats, bool batched) {
  std::string names;
  for (auto f : formats)
    names.append(names.empty() ? "" : ", ").append(name_of({f, batched}));
  return names;
}

} // namespace wamp
