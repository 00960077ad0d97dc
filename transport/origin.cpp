#include <wamp/transport/origin.hpp>

#include <algorithm>

namespace wamp {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

/// Without the port; of "[::1]:80" the brackets stay.
std::string_view host_of(std::string_view authority) {
  auto bracket = authority.rfind(']');
  auto colon = authority.rfind(':');
  const bool has_port = colon != authority.npos && (bracket == authority.npos || colon > bracket);
  return has_port ? authority.substr(0, colon) : authority;
}

/// Behind "scheme://"; empty if it is not such a text.
std::string_view authority_of(std::string_view origin) {
  auto end = origin.find("://");
  return end == origin.npos ? std::string_view{} : origin.substr(end + 3);
}

} // namespace

bool is_origin(std::string_view text) {
  if (text == "null" || text == "*")
    return true;
  auto is_letter = [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; };
  auto authority = authority_of(text);
  auto scheme = text.substr(0, text.size() - authority.size());
  return !host_of(authority).empty() && is_letter(scheme.front())
         && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })
         && authority.find_first_of("/?#@,") == authority.npos;
}

bool is_known_origin(
    std::string_view origin, std::string_view host, const std::vector<std::string>& allowed) {
  if (!allowed.empty())
    return std::ranges::any_of(
        allowed, [&](const std::string& one) { return one != "*" && is_same(one, origin); });
  auto page = host_of(authority_of(origin));
  return !page.empty() && is_same(page, host_of(host));
}

bool is_allowed_origin(
    std::string_view origin, std::string_view host, const std::vector<std::string>& allowed) {
  return origin.empty() || std::ranges::find(allowed, "*") != allowed.end()
         || is_known_origin(origin, host, allowed);
}

} // namespace wamp
