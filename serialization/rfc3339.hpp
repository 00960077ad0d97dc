// Points in time as text, as meta events and meta procedures have them: RFC 3339.
// Spec: "Event History", "Session Meta API" (advanced profile). Pure; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace wamp {

/// Such as "2026-06-01T12:00:00.250Z".
std::string to_rfc3339(std::chrono::sys_time<std::chrono::milliseconds> time);

/// Any zone; more than six digits of a second's fraction are cut off. Nothing if it is none.
std::optional<std::chrono::sys_time<std::chrono::microseconds>> from_rfc3339(std::string_view text);

} // namespace wamp
