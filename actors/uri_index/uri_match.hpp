// Whether one URI matches one pattern, for those who have many URIs and one pattern (the other way
// round: uri_index). Spec: "Pattern-based Subscriptions" (advanced profile). Pure; any thread.
#pragma once

#include <wamp/serialization/uri.hpp>

#include <string_view>

namespace wamp {

bool matches(match_policy match, std::string_view pattern, std::string_view uri) noexcept;

/// What every URI begins with that matches.
std::string_view literal_begin(match_policy match, std::string_view pattern) noexcept;

} // namespace wamp
