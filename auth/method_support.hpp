// What the methods of authentication have in common. Internal to this room.
#pragma once

#include <wamp/auth/candidate.hpp>
#include <wamp/auth/login.hpp>
#include <wamp/auth/server_method.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace wamp {

inline tl::unexpected<refused> no_authid() {
  return failed("HELLO.Details.authid is missing");
}

/// The error of a client that is asked for what it has not offered.
inline tl::unexpected<std::string> other_method(const challenge& asked) {
  return tl::unexpected("the router asks for the method \"" + asked.method + '"');
}

template <class T>
std::shared_ptr<const void> remember(T what) {
  return std::make_shared<const T>(std::move(what));
}

/// What the method itself has remembered of `asked`.
template <class T>
const T* recall(const auth_challenge& asked) noexcept {
  return static_cast<const T*>(asked.memory.get());
}

/// The end of the one way that users go, and those who are made up: only here they part.
template <class Secret>
auth_answer
admitted_if(bool proven, const candidate<Secret>& peer, std::string_view method, dict extra = {}) {
  if (!proven || !peer.is_user)
    return denied();
  auto who = peer.who;
  who.authmethod = method;
  return admission{std::move(who), std::move(extra)};
}

} // namespace wamp
