#include <wamp/serialization/value.hpp>

#include <algorithm>

namespace wamp {

dict::dict(std::initializer_list<member> members) {
  members_.reserve(members.size());
  for (const auto& m : members)
    set(m.key, m.value);
}

const value* dict::find(std::string_view key) const noexcept {
  for (const auto& m : members_)
    if (m.key == key)
      return &m.value;
  return nullptr;
}

value* dict::find(std::string_view key) noexcept {
  for (auto& m : members_)
    if (m.key == key)
      return &m.value;
  return nullptr;
}

void dict::set(std::string key, value v) {
  if (auto present = find(key))
    *present = std::move(v);
  else
    append(std::move(key), std::move(v));
}

value& dict::append(std::string key, value v) {
  constexpr std::size_t usual_size = 4;
  if (members_.empty())
    members_.reserve(usual_size);
  return members_.emplace_back(member{std::move(key), std::move(v)}).value;
}

bool dict::erase(std::string_view key) {
  auto i = std::find_if(members_.begin(), members_.end(), [&](auto& m) { return m.key == key; });
  if (i == members_.end())
    return false;
  members_.erase(i);
  return true;
}

bool dict::empty() const noexcept {
  return members_.empty();
}
std::size_t dict::size() const noexcept {
  return members_.size();
}
std::vector<member>::const_iterator dict::begin() const noexcept {
  return members_.begin();
}
std::vector<member>::const_iterator dict::end() const noexcept {
  return members_.end();
}

bool dict::operator==(const dict& other) const {
  if (members_.size() != other.members_.size())
    return false;
  // Sorting both by key keeps the comparison of large dictionaries cheap.
  auto sorted = [](const std::vector<member>& from) {
    std::vector<const member*> to;
    to.reserve(from.size());
    for (const auto& m : from)
      to.push_back(&m);
    std::sort(to.begin(), to.end(), [](auto a, auto b) { return a->key < b->key; });
    return to;
  };
  auto same = [](auto a, auto b) { return *a == *b; };
  auto mine = sorted(members_), theirs = sorted(other.members_);
  return std::equal(mine.begin(), mine.end(), theirs.begin(), same);
}

} // namespace wamp
