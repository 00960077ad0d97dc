#include <wamp/transport/cookie.hpp>
#include <wamp/transport/unpredictable.hpp>

#include <algorithm>

namespace wamp {

namespace {

constexpr std::string_view space = " \t";

std::string_view trimmed(std::string_view text) {
  auto first = std::min(text.find_first_not_of(space), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(space) + 1);
}

} // namespace

bool is_cookie_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7F'
           && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
}

std::string_view find_cookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    auto pair = header.substr(0, header.find(';'));
    header.remove_prefix(std::min(header.size(), pair.size() + 1));
    auto equals = std::min(pair.find('='), pair.size());
    if (trimmed(pair.substr(0, equals)) != name)
      continue;
    if (auto value = trimmed(pair.substr(std::min(equals + 1, pair.size()))); is_token(value))
      return value;
  }
  return {};
}

known_browser know_again(std::string_view header, const cookie_options& options, bool over_tls) {
  if (options.name.empty())
    return {};
  if (auto brought = find_cookie(header, options.name); !brought.empty())
    return {std::string(brought)};
  known_browser fresh{unpredictable_token()};
  fresh.header.append(options.name).append("=").append(fresh.value);
  fresh.header.append("; Max-Age=").append(std::to_string(options.max_age.count()));
  fresh.header.append("; Path=/; HttpOnly; SameSite=Strict").append(over_tls ? "; Secure" : "");
  return fresh;
}

} // namespace wamp
