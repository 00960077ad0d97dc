#include <wamp/auth/cookie_store.hpp>
#include <wamp/auth/crypto.hpp>

#include <utility>

namespace wamp {

namespace {

/// A hash, so that how long a look-up takes tells nothing of other cookies, and so that what is in
/// memory is no cookie.
std::string key_of(std::string_view realm, std::string_view cookie) {
  return crypto::sha256(std::to_string(realm.size()).append(":").append(realm).append(cookie));
}

} // namespace

void cookie_store::erase(entries::iterator e) {
  by_key_.erase(e->key);
  entries_.erase(e);
}

void cookie_store::remember(std::string_view realm, std::string_view cookie, identity who) {
  if (cookie.empty() || limits_.entries == 0)
    return;
  auto key = key_of(realm, cookie);
  const std::lock_guard lock{guard_};
  if (const auto known = by_key_.find(key); known != by_key_.end())
    erase(known->second);
  const auto now = now_();
  while (!entries_.empty() && (entries_.size() >= limits_.entries || entries_.front().until <= now))
    erase(entries_.begin());
  entries_.push_back({key, std::string{realm}, std::move(who), now + limits_.time_to_live});
  by_key_.emplace(std::move(key), std::prev(entries_.end()));
}

std::optional<identity> cookie_store::find(std::string_view realm, std::string_view cookie) const {
  if (cookie.empty())
    return std::nullopt;
  const auto key = key_of(realm, cookie);
  const std::lock_guard lock{guard_};
  const auto known = by_key_.find(key);
  if (known == by_key_.end() || known->second->until <= now_())
    return std::nullopt;
  return known->second->who;
}

void cookie_store::forget(std::string_view realm, std::string_view cookie) {
  const auto key = key_of(realm, cookie);
  const std::lock_guard lock{guard_};
  if (const auto known = by_key_.find(key); known != by_key_.end())
    erase(known->second);
}

void cookie_store::keep_if(
    const std::function<bool(std::string_view realm, const identity&)>& stays) {
  const std::lock_guard lock{guard_};
  for (auto e = entries_.begin(); e != entries_.end();) {
    const auto next = std::next(e);
    if (!stays(e->realm, e->who))
      erase(e);
    e = next;
  }
}

std::size_t cookie_store::size() const {
  const std::lock_guard lock{guard_};
  return entries_.size();
}

} // namespace wamp
