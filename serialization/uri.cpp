#include <wamp/serialization/uri.hpp>

#include <algorithm>

namespace wamp {

namespace {

bool is_allowed(char c, uri_rules rules) {
  if (rules == uri_rules::strict)
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_';
  return c != '#' && c != ' ' && !(c >= '\t' && c <= '\r');
}

bool has_allowed_characters(std::string_view uri, uri_rules rules) {
  return std::all_of(
      uri.begin(), uri.end(), [=](char c) { return c == '.' || is_allowed(c, rules); });
}

bool has_empty_part(std::string_view uri) {
  return uri.empty() || uri.front() == '.' || uri.back() == '.'
         || uri.find("..") != std::string_view::npos;
}

} // namespace

std::string_view name_of(match_policy m) noexcept {
  switch (m) {
  case match_policy::exact:
    return "exact";
  case match_policy::prefix:
    return "prefix";
  case match_policy::wildcard:
    return "wildcard";
  }
  return {};
}

std::optional<match_policy> match_policy_named(std::string_view name) noexcept {
  for (auto m : {match_policy::exact, match_policy::prefix, match_policy::wildcard})
    if (name == name_of(m))
      return m;
  return std::nullopt;
}

bool is_valid_uri(std::string_view uri, uri_rules rules) noexcept {
  return has_allowed_characters(uri, rules) && !has_empty_part(uri);
}

bool is_valid_pattern(std::string_view uri, match_policy match, uri_rules rules) noexcept {
  switch (match) {
  case match_policy::exact:
    return is_valid_uri(uri, rules);
  case match_policy::wildcard:
    return has_allowed_characters(uri, rules);
  case match_policy::prefix:
    if (uri.empty())
      return true;
    if (uri.back() == '.')
      uri.remove_suffix(1);
    return is_valid_uri(uri, rules);
  }
  return false;
}

bool is_reserved_uri(std::string_view uri) noexcept {
  return uri == "wamp" || uri.starts_with("wamp.");
}

} // namespace wamp
