#include <wamp/actors/uri_index/uri_match.hpp>

namespace wamp {

namespace {

/// Takes the first component off.
std::string_view take_component(std::string_view& uri) {
  const auto component = uri.substr(0, uri.find('.'));
  uri.remove_prefix(component.size());
  return component;
}

bool matches_wildcards(std::string_view pattern, std::string_view uri) {
  for (;;) {
    const auto wanted = take_component(pattern);
    const auto given = take_component(uri);
    if ((!wanted.empty() && wanted != given) || pattern.empty() != uri.empty())
      return false;
    if (uri.empty())
      return true;
    pattern.remove_prefix(1);
    uri.remove_prefix(1);
  }
}

} // namespace

bool matches(match_policy match, std::string_view pattern, std::string_view uri) noexcept {
  switch (match) {
  case match_policy::exact:
    return uri == pattern;
  case match_policy::prefix:
    return uri.starts_with(pattern);
  case match_policy::wildcard:
    return matches_wildcards(pattern, uri);
  }
  return false;
}

std::string_view literal_begin(match_policy match, std::string_view pattern) noexcept {
  if (match != match_policy::wildcard)
    return pattern;
  if (pattern.empty() || pattern.front() == '.')
    return {};
  const auto wildcard = pattern.find("..");
  if (wildcard != pattern.npos)
    return pattern.substr(0, wildcard + 1);
  return pattern;
}

} // namespace wamp
