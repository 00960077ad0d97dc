// The method "anonymous": anybody may come in, and gets a name that nobody can guess.
// Spec: "Authentication" (advanced profile). Pure functions; any thread.
#pragma once

#include <wamp/auth/identity.hpp>

#include <cstdint>
#include <string_view>

namespace wamp::anonymous {

inline constexpr std::string_view method = "anonymous";

/// The identity of an anonymous session; `random` makes its authid.
identity identify(std::uint64_t random);

} // namespace wamp::anonymous
