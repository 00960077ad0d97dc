// Who is subscribed to what. Owned by the broker; pure, not thread-safe.
// Spec: "Subscribing and Unsubscribing", "Pattern-based Subscriptions": one id per (match policy,
// URI), shared by all its subscribers; subscribing twice gives the same id again.
#pragma once

#include <wamp/actors/session/session_info.hpp>
#include <wamp/actors/uri_index/uri_index.hpp>
#include <wamp/serialization/ids.hpp>
#include <wamp/serialization/value.hpp>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wamp {

/// What a subscriber has told of itself, and a policy of it.
struct subscriber_terms {
  std::string nkey = {}; ///< its node, for publications with an `rkey`; empty: none
  dict attributes = {};  ///< see broker_policy
};

struct subscriber {
  session_ref session;
  std::shared_ptr<const subscriber_terms> terms = {}; ///< nullptr, mostly: nothing

  bool has_node() const noexcept { return terms && !terms->nkey.empty(); }
  dict attributes() const { return terms ? terms->attributes : dict{}; }
};

struct subscription {
  subscription_id id;
  match_policy match = match_policy::exact;
  std::string topic; ///< or the pattern of topics
  std::chrono::system_clock::time_point created = {};
  bool is_kept = false; ///< it is there without subscribers, too
  std::vector<subscriber> subscribers = {};
};

class subscription_table {
public:
  struct addition {
    subscription* to = nullptr; ///< none: the index of patterns is at its bounds
    bool is_first = false;      ///< the subscription was made for it
    bool is_new = false;        ///< it had not subscribed before
  };
  /// Whoever is subscribed already gets the new terms.
  addition add(subscriber who, match_policy match, std::string_view topic);

  /// The subscription to this, there for good; nullptr as for add().
  subscription* keep(match_policy match, std::string_view topic);

  struct removal {
    subscription_id id;
    match_policy match;
    std::string topic;
    subscriber who;
    bool was_last; ///< a subscription without subscribers is gone
  };
  /// Nothing: `who` was not attached.
  std::optional<removal> remove(session_id who, subscription_id id);

  /// Removes every subscription of `who`.
  std::vector<removal> remove_session(session_id who);

  /// Removes all subscribers, and with them the subscription, unless that is there for good.
  std::vector<removal> remove_all(subscription_id id);

  /// The subscription to just this topic, or nullptr.
  const subscription* exact(std::string_view topic) const { return index_.exact(topic); }

  /// The subscription `id` if `who` is attached to it, or nullptr.
  const subscription* find(session_id who, subscription_id id) const;

  /// `visit(const subscription&)` for each to a pattern that `topic` matches.
  template <class Visit>
  void for_each_pattern(std::string_view topic, Visit visit) const {
    index_.for_each_pattern(topic, visit);
  }

  /// The same for each whose subscribers hear the topic, that to just this topic first.
  template <class Visit>
  void for_each_match(std::string_view topic, Visit visit) const {
    if (const auto* just_this = exact(topic))
      visit(*just_this);
    for_each_pattern(topic, visit);
  }

  subscription* find(match_policy match, std::string_view topic) const {
    return index_.find(match, topic);
  }
  const subscription* find(subscription_id id) const;

  /// `visit(const subscription&)`, in no particular order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [id, entry] : by_id_)
      visit(*entry);
  }

  std::size_t size() const noexcept { return by_id_.size(); }

private:
  subscription* find_or_make(match_policy match, std::string_view topic);
  removal detach(std::vector<subscriber>::iterator position, subscription& from);
  /// False when it was not there.
  bool forget(session_id who, subscription_id id);
  void erase(const subscription& entry);

  uri_index<subscription> index_;
  tsl::robin_map<subscription_id, std::unique_ptr<subscription>, std::hash<subscription_id>> by_id_;
  /// What each session is subscribed to, so that leaving costs no search.
  using subscription_set = tsl::robin_set<subscription_id, std::hash<subscription_id>>;
  tsl::robin_map<session_id, subscription_set, std::hash<session_id>> by_session_;
  std::uint64_t last_id_ = 0;
};

} // namespace wamp
