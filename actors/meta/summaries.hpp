// What a realm tells the program that it is a part of: the same that the meta API tells clients,
// as C++ values. Asked for by messages to the router, or by realm_control. Pure.
#pragma once

#include <wamp/actors/broker/subscription_table.hpp>
#include <wamp/actors/dealer/invocation_ledger.hpp>
#include <wamp/actors/dealer/registration_table.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

struct subscription_summary {
  subscription_id id;
  match_policy match = match_policy::exact;
  std::string topic = {}; ///< or the pattern of topics
  std::chrono::system_clock::time_point created = {};
  std::vector<session_id> subscribers = {};
};

struct procedure_summary {
  registration_id id;
  match_policy match = match_policy::exact;
  std::string uri = {}; ///< or the pattern of procedures
  invoke_policy invoke = invoke_policy::single;
  std::chrono::system_clock::time_point created = {};
  std::vector<session_id> callees = {};
};

/// A call that has not been answered.
struct invocation_summary {
  session_id caller; ///< 0: the router itself
  request_id call;
  std::optional<session_id> callee = {}; ///< none: it waits for one that has room
  invocation_id invocation = {};         ///< of the callee's
};

inline subscription_summary summary_of(const subscription& s) {
  subscription_summary result{s.id, s.match, s.topic, s.created, {}};
  result.subscribers.reserve(s.subscribers.size());
  for (const auto& who : s.subscribers)
    result.subscribers.push_back(who.session->id);
  return result;
}

inline procedure_summary summary_of(const registration& r) {
  procedure_summary result{r.id, r.match, r.procedure, r.invoke, r.created, {}};
  result.callees.reserve(r.callees.size());
  for (const auto& c : r.callees)
    result.callees.push_back(c.session->id);
  return result;
}

/// All; or those whose subscribers hear `topic`.
inline std::vector<subscription_summary>
summaries_of(const subscription_table& all, const std::optional<std::string>& topic) {
  std::vector<subscription_summary> result;
  const auto add = [&](const subscription& s) { result.push_back(summary_of(s)); };
  topic ? all.for_each_match(*topic, add) : all.for_each(add);
  return result;
}

/// All; or the one that calls to `uri` go to.
inline std::vector<procedure_summary>
summaries_of(const registration_table& all, const std::optional<std::string>& uri) {
  std::vector<procedure_summary> result;
  if (!uri)
    all.for_each([&](const registration& r) { result.push_back(summary_of(r)); });
  else if (const auto* match = all.match(*uri))
    result.push_back(summary_of(*match));
  return result;
}

inline std::vector<invocation_summary> summaries_of(const invocation_ledger& all) {
  std::vector<invocation_summary> result;
  result.reserve(all.size());
  all.for_each([&](const pending_call& c) {
    result.push_back(
        {c.caller->id, c.call, c.callee ? std::optional{c.callee->id} : std::nullopt,
         c.invocation});
  });
  return result;
}

} // namespace wamp
