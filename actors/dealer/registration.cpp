#include <wamp/actors/dealer/registration.hpp>
#include <wamp/actors/shard.hpp>

#include <algorithm>
#include <array>

namespace wamp {

namespace {

constexpr std::array<std::string_view, 5> policy_names{
    "single", "first", "last", "roundrobin", "random"};

} // namespace

std::string_view name_of(invoke_policy policy) noexcept {
  return policy_names.at(static_cast<std::size_t>(policy));
}

std::optional<invoke_policy> invoke_policy_named(std::string_view name) noexcept {
  const auto found = std::find(policy_names.begin(), policy_names.end(), name);
  if (found == policy_names.end())
    return std::nullopt;
  return static_cast<invoke_policy>(found - policy_names.begin());
}

const callee* registration::choose(
    const random_source& random, std::string_view rkey, const session_set* refused_by) {
  if (!rkey.empty())
    return choose_for(rkey, refused_by);
  const auto count = callees.size();
  std::size_t at = 0;
  if (invoke == invoke_policy::last)
    at = count - 1;
  else if (invoke == invoke_policy::roundrobin)
    at = next;
  else if (invoke == invoke_policy::random)
    at = random() % count;
  const std::size_t step = invoke == invoke_policy::last ? count - 1 : 1;
  for (std::size_t seen = 0; seen < count; ++seen, at = (at + step) % count) {
    const auto& c = callees[at];
    if (!c.has_room() || (refused_by && refused_by->contains(c.session->id)))
      continue;
    if (invoke == invoke_policy::roundrobin)
      next = (at + 1) % count;
    return &c;
  }
  return nullptr;
}

const callee* registration::choose_for(std::string_view rkey, const session_set* refused_by) const {
  const callee* best = nullptr;
  std::uint64_t most = 0;
  for (const auto& c : callees) {
    const auto here =
        affinity(rkey, c.nkey.empty() ? std::to_string(c.session->id.value()) : c.nkey);
    if ((refused_by && refused_by->contains(c.session->id)) || (best && here <= most))
      continue;
    best = &c;
    most = here;
  }
  return best && best->has_room() ? best : nullptr;
}

const callee* registration::find(session_id who) const noexcept {
  const auto found = std::find_if(
      callees.begin(), callees.end(), [&](const callee& c) { return c.session->id == who; });
  return found == callees.end() ? nullptr : &*found;
}

callee registration::remove(session_id who) {
  const auto at = static_cast<std::size_t>(find(who) - callees.data());
  auto removed = std::move(callees[at]);
  callees.erase(callees.begin() + static_cast<std::ptrdiff_t>(at));
  if (at < next)
    --next;
  if (next >= callees.size())
    next = 0;
  return removed;
}

} // namespace wamp
