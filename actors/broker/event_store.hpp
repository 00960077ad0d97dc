// Where a broker keeps events for those who come later: the newest of each topic, if it was
// published to be retained, and the past of some subscriptions. Implemented by memory_event_store
// and sqlite_event_store; each realm_settings makes its own. What they must do is tested by
// test/actors/broker/event_store_conformance_test.cpp.
//
// A store may take its time: it calls back when it is done, at once or later, but always in the
// broker's turn, and never after its own end. The broker asks for one thing after the other and
// goes on meanwhile.
// Spec: "Event Retention", "Event History" (advanced profile).
#pragma once

#include <wamp/actors/broker/history_query.hpp>
#include <wamp/actors/broker/history_topic.hpp>
#include <wamp/actors/broker/publication.hpp>
#include <wamp/actors/session/session_info.hpp>
#include <wamp/serialization/uri.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace wamp {

/// What a store may hold in all. When it is full, those topics go that have had no new retained
/// event for the longest time, and the oldest events of all histories.
struct event_store_bounds {
  std::size_t retained_topics = 10'000;
  std::size_t retained_bytes = std::size_t{64} << 20U;
  std::size_t history_bytes = std::size_t{64} << 20U;
  /// Topics that one SUBSCRIBE to a pattern is sent: those with the newest events. Without it, a
  /// few messages would make millions.
  std::size_t found = 1000;
};

/// What one answer brings of a history, at most, but always one event: it is made in the broker's
/// turn. Who wants more asks again, from the last one on.
inline constexpr history_bounds largest_answer{1000, std::size_t{512} << 10U};

/// Where one publication is kept.
struct keeping {
  bool as_retained = false;
  std::vector<subscription_id> histories = {};
  bool empty() const noexcept { return !as_retained && histories.empty(); }
};

struct past_event {
  std::chrono::sys_time<std::chrono::milliseconds> time; ///< as precise as its timestamp
  publication what;
};
/// The events, in the order that was asked for; nothing when the store failed.
using past_events = std::optional<std::vector<past_event>>;

class event_store {
public:
  virtual ~event_store() = default;

  /// From here on, the broker's subscription `id` to this has a history.
  virtual void open_history(subscription_id id, const history_topic& topic) = 0;

  /// Keeps an event as its topic's newest, in histories that are open, or both. `done` is told
  /// whether it is as safe as it gets here; PUBLISHED waits for that. False: the store takes no
  /// more at present, nothing is kept, and `done` is not called.
  virtual bool keep(
      const publication& what, const keeping& where, std::chrono::system_clock::time_point now,
      std::function<void(bool is_kept)> done) = 0;

  /// For each topic that a subscription to (match, topic) hears: the newest retained event that
  /// `subscriber` would have received when it was published.
  virtual void find_retained(
      match_policy match, std::string_view topic, const session_info& subscriber,
      std::function<void(std::vector<publication>)> found) = 0;

  /// The events of a subscription that `caller` would have been sent, were it not for the
  /// publisher's exclusion. An event that a query counts from and that is not there is behind all
  /// and before all others: nothing is found. No more than the largest answer.
  virtual void find_past(
      subscription_id id, const history_query& query, const session_info& caller,
      std::function<void(past_events)> found) = 0;

  /// In the broker's turn, when the store has asked for one: calls back for what is done.
  virtual void call_back() {}
};

/// Makes a store for a broker. `ask_for_turn` may be called in any thread, also when the store has
/// just ended; the broker calls call_back() then.
using event_store_maker =
    std::function<std::unique_ptr<event_store>(std::function<void()> ask_for_turn)>;

/// In memory, with the usual bounds.
std::unique_ptr<event_store> default_event_store(const std::function<void()>& ask_for_turn);

} // namespace wamp
