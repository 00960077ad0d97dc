// What a client wants to be subscribed to, and what it is: survives the end of a session, and is
// set up again in the next. Several handlers share a subscription. Plain C++, beside
// client_protocol, which sends. Not thread-safe. Spec: "Publish and Subscribe" (basic profile).
#pragma once

#include <wamp/actors/client/client_protocol.hpp>
#include <wamp/actors/client/set_up_queue.hpp>

#include <tsl/robin_map.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wamp {

/// Must not throw; may subscribe and unsubscribe.
using event_handler = std::function<void(const event&)>;

/// One handler of one subscription, for the life of the client.
using subscriber_key = std::uint64_t;

class subscriptions {
public:
  /// How adding or removing a handler ended.
  using outcome = std::function<void(tl::expected<subscription_id, error>)>;

  explicit subscriptions(client_protocol& protocol) : protocol_(protocol) {}

  /// Subscribes, now or as soon as there is a session. `done` is called once: when the router has
  /// answered first. After an ERROR the handler is gone.
  subscriber_key add(std::string topic, dict options, event_handler handler, outcome done);

  /// The handler is not called any more. `done` is called once: when the router has answered, or
  /// at once if it need not be asked. False if there is no such handler.
  bool remove(subscriber_key key, outcome done);

  /// There will be no session: tells those who have no answer yet, and those who come later.
  void fail_waiting(std::string_view uri, std::string_view text);

  // -- what client_observer is told --
  void on_joined();
  void on_ended();
  void on_event(const event& m);
  /// The router took the subscription away: its handlers are gone for good. Returns its topic, or
  /// nothing if it was not there any more.
  std::string on_revoked(subscription_id id);

  /// How many handlers there are.
  std::size_t size() const noexcept;

private:
  struct member {
    subscriber_key key;
    event_handler handler;
    outcome waiting;   ///< until the router has answered for the first time
    bool gone = false; ///< removed, maybe by a handler of the same event
  };
  using members = std::vector<std::shared_ptr<member>>;
  struct entry {
    dict options;
    members wanted;
    subscription_id id;     ///< 0: not subscribed
    bool pending = false;   ///< SUBSCRIBE was sent, or will be when its turn comes
    bool was_there = false; ///< in an earlier session
  };
  /// By topic; of one topic, an entry for each set of options.
  using entries = std::multimap<std::string, entry>;

  void subscribe(entries::iterator e);
  void set_up_next();
  void on_answer(entries::iterator e, tl::expected<subscribed, error> answer);
  void release(entries::iterator e, outcome done);
  bool is_shared(entries::iterator e) const;
  void route(const std::string& topic, subscription_id id);

  client_protocol& protocol_;
  entries entries_;
  /// Who gets the events of a subscription. Made anew when that changes, so that it stays as it is
  /// while an event is handed out.
  tsl::robin_map<std::uint64_t, std::shared_ptr<const members>> routes_;
  set_up_queue<entries::iterator> to_set_up_;
  std::optional<error> over_; ///< no session will come
  subscriber_key last_key_ = 0;
};

} // namespace wamp
