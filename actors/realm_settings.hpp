// What one realm is told by its configuration; shared by router, broker, dealer and sessions.
#pragma once

#include <wamp/actors/authentication/authenticator.hpp>
#include <wamp/actors/authorization/authorizer.hpp>
#include <wamp/actors/broker/event_store.hpp>
#include <wamp/actors/policy/broker_policy.hpp>
#include <wamp/actors/policy/dealer_policy.hpp>
#include <wamp/actors/random_ids.hpp>
#include <wamp/actors/router/procedure_caller.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/uri.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

class cookie_store;

/// What to do when a client's request ids do not count 1, 2, 3, ... (spec: "IDs").
/// `strict` ends the session as the specification wants; `lenient` takes any id, and also whole
/// numbers that a JavaScript client wrote as floats.
enum class request_id_rules { strict, lenient };

/// Whether the other side learns who has published or called: when the one who did wants it,
/// always, or never; then it is an ERROR to want it.
enum class disclosure { on_request, always, never };

/// How far to trust what a session does to the URI, for those who receive it: 0 is least. Nothing:
/// they are told nothing. Called by broker and dealer, each on a copy of its own: it must be quick
/// and must not block. If it throws, the realm starts anew.
using trust_policy =
    std::function<std::optional<std::uint32_t>(const session_info&, action, std::string_view uri)>;

struct realm_settings {
  std::string name = {};
  uri_rules uris = uri_rules::loose;
  request_id_rules request_ids = request_id_rules::strict;
  /// CALLs of one session that may wait for their answers; one more is answered with an ERROR.
  std::size_t max_pending_calls = 65536;
  /// CALLs of one procedure that may wait for a callee to have room (see REGISTER's option
  /// `concurrency`); one more is answered with an ERROR.
  std::size_t max_waiting_calls = 1024;
  disclosure disclose_callers = disclosure::on_request;
  disclosure disclose_publishers = disclosure::on_request;
  /// The ways in, in the router's order of preference: the first that a client offers is taken
  /// (which is "anonymous" for who offers none).
  /// Empty: everybody may come in, as "anonymous".
  std::vector<auth_method> authentication = {};
  /// Which browsers have been here before, for the method "cookie": those that another method has
  /// let in are remembered, but for "anonymous". Several realms may share one. Empty: nobody is.
  std::shared_ptr<cookie_store> cookies = {};
  /// From HELLO to WELCOME, whoever is late, and how many may be on that way at once; one more is
  /// answered with ABORT wamp.error.unavailable.
  std::chrono::milliseconds login_timeout{60'000};
  std::size_t max_logins = 1024;
  /// Decides who may do what. Empty: everybody may do everything.
  std::shared_ptr<authorizer> authorize = {};
  /// How long it may take to decide; then it has failed.
  std::chrono::milliseconds authorization_timeout{10'000};
  /// Calls procedures of this realm for whoever holds it; of one realm only.
  std::shared_ptr<procedure_caller> caller = {};
  /// Empty: there are no levels.
  trust_policy trustlevel = {};
  /// Decides with the broker who subscribes and who receives. Empty: nobody else does.
  std::shared_ptr<broker_policy> broker = {};
  /// Decides with the dealer who registers and who serves. Empty: nobody else does.
  std::shared_ptr<dealer_policy> dealer = {};
  /// What wamp.subscription.get_events tells of.
  std::vector<history_topic> event_history = {};
  /// Makes the store of the events that are kept for those who come later, for each broker that
  /// the realm starts: in memory, or in a file (see sqlite_event_store.hpp).
  event_store_maker make_event_store = default_event_store;
  /// For what the meta API tells of times.
  std::function<std::chrono::system_clock::time_point()> wall_clock = [] {
    return std::chrono::system_clock::now();
  };
  /// Makes the source of randomness of each actor of the realm.
  std::function<random_source()> random = default_random_source;
};

} // namespace wamp
