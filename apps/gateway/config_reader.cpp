#include <wamp/apps/gateway/config_reader.hpp>

#include <charconv>
#include <map>
#include <numeric>

namespace wamp {

namespace {

std::string_view words_for(config_node::kind k) {
  switch (k) {
  case config_node::kind::null:
    return "null";
  case config_node::kind::boolean:
    return "true or false";
  case config_node::kind::number:
    return "a number";
  case config_node::kind::string:
    return "a string";
  case config_node::kind::array:
    return "a list";
  case config_node::kind::object:
    return "an object";
  }
  return "";
}

std::string in_quotes(std::string_view text) {
  return '"' + shown(text) + '"';
}

/// What was found, as a part of a sentence.
std::string description_of(const config_node& node) {
  switch (node.type) {
  case config_node::kind::boolean:
  case config_node::kind::number:
    return shown(node.text);
  case config_node::kind::string:
    return in_quotes(node.text);
  default:
    return std::string{words_for(node.type)};
  }
}

/// How many characters must be inserted, removed or replaced to make `b` of `a`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

/// The one of `words` that was probably meant; empty if none is close.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words) {
  std::string_view best;
  if (word.size() > 64)
    return best;
  auto least = 1 + word.size() / 3; // worse than this is no slip of the fingers
  for (auto w : words)
    if (const auto d = distance(word, w); d < least + (best.empty() ? 1 : 0)) {
      least = d;
      best = w;
    }
  return best;
}

} // namespace

bool config_reader::boolean(bool& out) {
  if (!is(config_node::kind::boolean))
    return false;
  out = node_->text == "true";
  return true;
}

bool config_reader::milliseconds(
    std::chrono::milliseconds& out, std::uint64_t least, std::uint64_t most) {
  const auto n = number_between(least, most);
  if (n)
    out = std::chrono::milliseconds{*n};
  return n.has_value();
}

void config_reader::place(config_error& out) const {
  if (node_)
    out = {std::string{file_name_}, node_->at.line, node_->at.column, path_, {}};
}

bool config_reader::fail(std::string text) {
  if (node_)
    add_error(node_->at, path_, std::move(text));
  return false;
}

bool config_reader::is(config_node::kind wanted) {
  if (!node_ || node_->type == wanted)
    return node_;
  return fail("expected " + std::string{words_for(wanted)} + ", found " + description_of(*node_));
}

bool config_reader::is_filled_list() {
  if (!is(config_node::kind::array))
    return false;
  return !node_->children.empty() || fail("the list is empty");
}

std::optional<std::uint64_t>
config_reader::number_between(std::uint64_t least, std::uint64_t most) {
  if (!is(config_node::kind::number))
    return std::nullopt;
  const auto& digits = node_->text;
  std::uint64_t n = 0;
  const auto end = digits.data() + digits.size();
  const auto [stop, problem] = std::from_chars(digits.data(), end, n);
  if (stop == end && problem == std::errc{} && least <= n && n <= most)
    return n;
  fail(
      "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most)
      + ", found " + shown(digits));
  return std::nullopt;
}

bool config_reader::no_such_choice(const std::string_view* words, std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i)
    list += (i == 0 ? "" : i + 1 == count ? " or " : ", ") + in_quotes(words[i]);
  return fail("expected " + list + ", found " + in_quotes(node_->text));
}

config_reader config_reader::element(std::size_t i) const {
  return {&node_->children[i], element_path(path_, i), file_name_, *found_};
}

void config_reader::add_error(text_position at, std::string key, std::string text) {
  found_->push_back({std::string{file_name_}, at.line, at.column, std::move(key), std::move(text)});
}

config_reader::members::members(config_reader object) : object_(std::move(object)) {}

config_reader config_reader::members::operator[](std::string_view key) {
  known_.push_back(key);
  return {
      object_.node_->find(key), member_path(object_.path_, key), object_.file_name_,
      *object_.found_};
}

config_reader config_reader::members::required(std::string_view key) {
  if (!object_.node_->find(key))
    object_.add_error(
        object_.node_->at, member_path(object_.path_, key), "must be given in this object");
  return (*this)[key];
}

void config_reader::members::rule(
    bool holds, std::initializer_list<std::string_view> keys, std::string text) {
  if (holds)
    return;
  for (auto key : keys)
    if (const auto node = object_.node_->find(key))
      return object_.add_error(node->at, member_path(object_.path_, key), std::move(text));
}

void config_reader::members::finish() {
  std::map<std::string_view, text_position> seen;
  for (const auto& member : object_.node_->children) {
    const auto path = member_path(object_.path_, member.key);
    const auto [before, is_new] = seen.emplace(member.key, member.key_at);
    if (!is_new) {
      object_.add_error(
          member.key_at, path,
          "the key is there twice, first in line " + std::to_string(before->second.line));
    } else if (std::find(known_.begin(), known_.end(), member.key) == known_.end()) {
      const auto meant = nearest(member.key, known_);
      object_.add_error(
          member.key_at, path,
          meant.empty() ? "unknown key" : "unknown key; did you mean " + in_quotes(meant) + '?');
    }
  }
}

} // namespace wamp
