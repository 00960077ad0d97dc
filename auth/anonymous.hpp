// The method "anonymous": anybody may come in, and gets a name that nobody can guess.
// Spec: "Authentication" (advanced profile). Pure functions; any thread.
#pragma once

#include <wamp/auth/identity.hpp>
#include <wamp/serialization/messages.hpp>

#include <cstdint>

namespace wamp::anonymous {

inline constexpr std::string_view method = "anonymous";

/// True when the client asked for this method, or named none at all.
bool offered_by(const hello& h) noexcept;

/// The identity of an anonymous session; `random` makes its authid.
identity identify(std::uint64_t random);

} // namespace wamp::anonymous
