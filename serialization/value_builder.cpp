#include <wamp/serialization/base64.hpp>
#include <wamp/serialization/value_builder.hpp>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>
#include <vector>

namespace wamp {

namespace {

// Most lists are no longer: they grow once.
constexpr std::size_t usual_size = 4;
// Up to this size a dictionary is searched key by key; hostile ones are larger.
constexpr std::size_t small_dict = 16;

/// The members by key, those with equal keys in their order. Sorted, as hashes could be attacked.
std::vector<const member*> sorted_by_key(const dict& d) {
  std::vector<const member*> members;
  members.reserve(d.size());
  for (const auto& m : d)
    members.push_back(&m);
  std::stable_sort(members.begin(), members.end(), [](auto a, auto b) { return a->key < b->key; });
  return members;
}

bool have_same_key(const member* a, const member* b) {
  return a->key == b->key;
}

bool has_duplicates(const dict& d) {
  if (d.size() <= small_dict) {
    for (const auto& m : d)
      if (d.find(m.key) != &m.value)
        return true;
    return false;
  }
  const auto members = sorted_by_key(d);
  return std::adjacent_find(members.begin(), members.end(), have_same_key) != members.end();
}

/// Each key where it first was, with its last value.
dict without_duplicates(const dict& d) {
  std::unordered_map<const member*, const member*> last_of_first;
  const auto members = sorted_by_key(d);
  for (auto i = members.begin(); i != members.end();) {
    const auto next = std::find_if(i, members.end(), [&](auto m) { return m->key != (*i)->key; });
    last_of_first.emplace(*i, *std::prev(next));
    i = next;
  }
  dict result;
  for (const auto& m : d)
    if (auto kept = last_of_first.find(&m); kept != last_of_first.end())
      result.append(m.key, kept->second->value);
  return result;
}

} // namespace

std::optional<std::string> bytes_of_nul_text(std::string_view s) {
  if (s.empty() || s.front() != '\0')
    return std::nullopt;
  return from_base64(s.substr(1));
}

bool value_builder::fail(const char* text) noexcept {
  error_ = text;
  return false;
}

value* value_builder::place(value&& v) {
  if (count_++ == max_values_) {
    fail("too many values in a dictionary of the message");
    return nullptr;
  }
  if (depth_ == 0) {
    root_ = std::move(v);
    return &root_;
  }
  auto& parent = *open_[depth_ - 1];
  if (auto l = parent.get_if<list>()) {
    if (l->empty())
      l->reserve(usual_size);
    return &l->emplace_back(std::move(v));
  }
  return &parent.get_if<dict>()->append(std::move(key_), std::move(v));
}

bool value_builder::open(value&& v) {
  if (depth_ == open_.size())
    return fail("nested too deeply");
  const auto placed = place(std::move(v));
  if (!placed)
    return false;
  open_[depth_++] = placed;
  return true;
}

bool value_builder::end_list(bool) {
  --depth_;
  return true;
}

bool value_builder::end_dict(bool) {
  auto& d = *open_[--depth_]->get_if<dict>();
  if (d.size() < 2)
    return true;
  if (rules_ == key_rules::strict)
    return d.size() <= small_dict || !has_duplicates(d) || fail("duplicate key");
  if (has_duplicates(d))
    d = without_duplicates(d);
  return true;
}

bool value_builder::key(std::string_view k) {
  if (rules_ == key_rules::strict) {
    // Larger ones are checked at their end, in linear time.
    const auto& d = *open_[depth_ - 1]->get_if<dict>();
    if (d.size() < small_dict && d.contains(k))
      return fail("duplicate key");
  }
  key_ = k;
  return true;
}

bool value_builder::integer_key(std::int64_t k) {
  return rules_ == key_rules::strict ? fail("expected a string as key") : key(std::to_string(k));
}

bool value_builder::natural_key(std::uint64_t k) {
  return rules_ == key_rules::strict ? fail("expected a string as key") : key(std::to_string(k));
}

bool value_builder::nul_text(std::string_view s) {
  auto decoded = bytes_of_nul_text(s);
  return decoded ? add(value{binary{std::move(*decoded)}}) : text(s);
}

} // namespace wamp
