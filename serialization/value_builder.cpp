#include <wamp/serialization/base64.hpp>
#include <wamp/serialization/value_builder.hpp>

#include <unordered_map>
#include <unordered_set>

namespace wamp {

namespace {

// Up to this size a dictionary is searched key by key; hostile ones are larger.
constexpr std::size_t small_dict = 16;

dict without_duplicates(const dict& d) {
  std::unordered_map<std::string_view, std::size_t> last;
  std::vector<const member*> kept;
  for (const auto& m : d) {
    auto [i, is_new] = last.try_emplace(m.key, kept.size());
    if (is_new)
      kept.push_back(&m);
    else
      kept[i->second] = &m;
  }
  dict result;
  for (auto m : kept)
    result.append(m->key, m->value);
  return result;
}

bool has_duplicates(const dict& d) {
  if (d.size() <= small_dict) {
    for (auto i = d.begin(); i != d.end(); ++i)
      if (d.find(i->key) != &i->value)
        return true;
    return false;
  }
  std::unordered_set<std::string_view> seen;
  for (const auto& m : d)
    if (!seen.insert(m.key).second)
      return true;
  return false;
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
  if (depth_ == 0) {
    root_ = std::move(v);
    return &root_;
  }
  auto& parent = *open_[depth_ - 1];
  if (auto l = parent.get_if<list>())
    return &l->emplace_back(std::move(v));
  return &parent.get_if<dict>()->append(std::move(key_), std::move(v));
}

bool value_builder::open(value&& v) {
  if (depth_ == open_.size())
    return fail("nested too deeply");
  auto placed = place(std::move(v));
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
