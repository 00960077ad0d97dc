#include <wamp/actors/dealer/registration.hpp>

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

bool registration::has_room() const {
  return std::any_of(callees.begin(), callees.end(), [](const callee& c) { return c.has_room(); });
}

std::size_t registration::first_choice(const random_source& random) const {
  if (invoke == invoke_policy::last)
    return callees.size() - 1;
  if (invoke == invoke_policy::roundrobin)
    return next;
  return invoke == invoke_policy::random ? random() % callees.size() : 0;
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
