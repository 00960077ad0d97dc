// Calls of a realm's procedures in the name of no session: by code that decides who may come in
// and what they may do, and by the program that the realm is a part of. Made before the realm,
// given to it by realm_settings::caller; its router serves it for as long as it runs. Actors send
// the router a `procedure_call` instead, other threads have realm_control::call.
//
//   auto calls = std::make_shared<wamp::procedure_caller>(); // one for each realm
//   settings.caller = calls;
//   calls->call({"com.myapp.may", wamp::make_arguments("joe"), 5s, wamp::call_reply{[](auto
//   outcome) {...}}});
//
// Pure; thread-safe.
#pragma once

#include <wamp/serialization/payload.hpp>

#include <tl/expected.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace wamp {

/// An ERROR: the procedure's own, or the router's.
struct call_failure {
  std::string uri;
  arguments args = {};
};

using call_outcome = tl::expected<arguments, call_failure>;

/// Where the outcome of a call goes: the first that comes, once. When the last copy goes without
/// one, that is wamp.error.canceled. Copyable; any thread.
class call_reply {
public:
  /// Called from any thread; it must be quick and must not block.
  using receiver = std::function<void(call_outcome)>;

  explicit call_reply(receiver tell);
  void operator()(call_outcome outcome) const;

private:
  class pending;
  std::shared_ptr<pending> pending_;
};

struct procedure_call {
  std::string procedure;
  arguments args;
  std::chrono::milliseconds timeout; ///< then it is wamp.error.timeout, and the callee is told
  call_reply reply;
};

class procedure_caller {
public:
  using server = std::function<void(procedure_call)>;

  /// Without a router: wamp.error.unavailable.
  void call(procedure_call what) const;

  /// The realm's router, or one that follows it.
  void serve_by(server router);

private:
  mutable std::mutex guard_;
  server router_;
};

} // namespace wamp
