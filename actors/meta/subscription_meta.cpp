#include <wamp/actors/meta/ids_by_match.hpp>
#include <wamp/actors/meta/subscription_meta.hpp>
#include <wamp/serialization/rfc3339.hpp>

#include <cstdint>
#include <optional>

namespace wamp {

namespace {

std::vector<std::uint64_t> subscribers_of(const subscription& s) {
  std::vector<std::uint64_t> ids;
  ids.reserve(s.subscribers.size());
  for (const auto& who : s.subscribers)
    ids.push_back(who.session->id.value());
  return ids;
}

/// Of all whose subscribers hear the topic; null if nobody does.
std::optional<std::vector<std::uint64_t>>
matches_of(const subscription_table& all, const std::string& topic) {
  std::vector<std::uint64_t> ids;
  all.for_each_match(topic, [&](const subscription& s) { ids.push_back(s.id.value()); });
  return ids.empty() ? std::nullopt : std::optional{std::move(ids)};
}

} // namespace

dict description_of(const subscription& s) {
  return {
      {"id", s.id.value()},
      {"created", to_rfc3339(std::chrono::floor<std::chrono::milliseconds>(s.created))},
      {"uri", s.topic},
      {"match", std::string{name_of(s.match)}},
  };
}

subscription_meta::subscription_meta(const subscription_table& all) {
  const auto get = [&all](std::uint64_t id) -> meta_result<const subscription*> {
    const auto* found = all.find(subscription_id{id});
    if (!found)
      return tl::unexpected(refusal{uris::no_such_subscription, "there is no such subscription"});
    return found;
  };
  procedures_.add("wamp.subscription.list", [&all] { return ids_by_match(all); });
  procedures_.add(
      "wamp.subscription.lookup",
      [&all](const std::string& topic, const std::optional<dict>& options)
          -> meta_result<std::optional<std::uint64_t>> {
        return match_from(options).map([&](auto match) {
          const auto* found = all.find(match, topic);
          return found ? std::optional{found->id.value()} : std::nullopt;
        });
      });
  procedures_.add("wamp.subscription.match", [&all](const std::string& topic) {
    return matches_of(all, topic);
  });
  procedures_.add("wamp.subscription.get", [get](std::uint64_t id) {
    return get(id).map([](auto* s) { return description_of(*s); });
  });
  procedures_.add("wamp.subscription.list_subscribers", [get](std::uint64_t id) {
    return get(id).map([](auto* s) { return subscribers_of(*s); });
  });
  procedures_.add("wamp.subscription.count_subscribers", [get](std::uint64_t id) {
    return get(id).map([](auto* s) { return s->subscribers.size(); });
  });
}

} // namespace wamp
