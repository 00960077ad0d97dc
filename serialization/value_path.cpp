#include <wamp/serialization/value_path.hpp>

#include <algorithm>

namespace wamp {

namespace {

bool is_plain(std::string_view key) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !key.empty() && key.size() <= 64 && std::all_of(key.begin(), key.end(), plain);
}

} // namespace

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 32;
  std::string shown = "\"";
  for (char c : text.substr(0, longest))
    shown += c >= ' ' && c <= '~' && c != '"' ? c : '?';
  return shown + (text.size() > longest ? "...\"" : "\"");
}

std::string to_string(const value_path& path) {
  std::string text;
  for (const auto& step : path) {
    if (auto index = std::get_if<std::size_t>(&step))
      text += '[' + std::to_string(*index) + ']';
    else if (auto& key = std::get<std::string>(step); is_plain(key))
      text += '.' + key;
    else
      text += '[' + quoted(key) + ']';
  }
  return text;
}

} // namespace wamp
