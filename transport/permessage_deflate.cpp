#include <wamp/transport/deflate.hpp>
#include <wamp/transport/permessage_deflate.hpp>

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <charconv>

namespace wamp {

namespace {

/// An offer of the extension, or an answer to one.
struct parameters {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  std::optional<unsigned> server_max_window_bits;
  std::optional<unsigned> client_max_window_bits;
};

std::string_view trimmed(std::string_view s) noexcept {
  constexpr std::string_view space = " \t";
  s.remove_prefix(std::min(s.find_first_not_of(space), s.size()));
  s.remove_suffix(s.size() - (s.find_last_not_of(space) + 1));
  return s;
}

/// What stands between separators. A quoted string may hold some, too; but none that this extension
/// knows does, and the parts of any other are none of its parameters.
std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    auto end = s.find(separator);
    parts.push_back(trimmed(s.substr(0, end)));
    if (end == std::string_view::npos)
      return parts;
    s.remove_prefix(end + 1);
  }
}

std::optional<unsigned> window_bits_of(std::string_view text) noexcept {
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"'))
    text = text.substr(1, text.size() - 2);
  unsigned bits = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  bool whole = error == std::errc() && end == text.data() + text.size() && text[0] != '0';
  if (!whole || bits < least_window_bits || bits > most_window_bits)
    return std::nullopt;
  return bits;
}

bool is_our_extension(std::string_view element) {
  auto name = trimmed(element.substr(0, element.find(';')));
  return boost::beast::iequals({name.data(), name.size()}, "permessage-deflate");
}

/// None if a parameter is unknown, there twice, or has no value that it may have. `offered`: the
/// client's own window may be left open.
std::optional<parameters> read(std::string_view element, bool offered) {
  parameters p;
  std::vector<std::string_view> seen;
  auto parts = split(element, ';');
  for (std::size_t i = 1; i < parts.size(); ++i) {
    auto equals = parts[i].find('=');
    bool has_value = equals != std::string_view::npos;
    auto key = trimmed(parts[i].substr(0, equals));
    auto bits = has_value ? window_bits_of(trimmed(parts[i].substr(equals + 1))) : std::nullopt;
    if (std::ranges::find(seen, key) != seen.end())
      return std::nullopt;
    seen.push_back(key);
    if (key == "server_no_context_takeover" && !has_value)
      p.server_no_context_takeover = true;
    else if (key == "client_no_context_takeover" && !has_value)
      p.client_no_context_takeover = true;
    else if (key == "server_max_window_bits" && bits)
      p.server_max_window_bits = bits;
    else if (key == "client_max_window_bits" && (bits || (offered && !has_value)))
      p.client_max_window_bits = bits;
    else
      return std::nullopt;
  }
  return p;
}

} // namespace

std::optional<deflate_answer> answer_deflate(const std::vector<std::string_view>& lines) {
  for (auto line : lines)
    for (auto offer : split(line, ',')) {
      auto p = is_our_extension(offer) ? read(offer, true) : std::nullopt;
      // zlib has no window of 256 octets for who compresses; the next offer may be content with
      // more.
      if (!p || p->server_max_window_bits == least_window_bits)
        continue;
      deflate_answer answer;
      answer.extension =
          "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
      if (auto bits = p->server_max_window_bits) {
        answer.terms.window_bits = *bits;
        answer.extension += "; server_max_window_bits=" + std::to_string(*bits);
      }
      return answer;
    }
  return std::nullopt;
}

std::optional<deflate_terms> read_deflate_answer(std::string_view line) {
  auto p = is_our_extension(line) ? read(line, false) : std::nullopt;
  if (!p || !p->server_no_context_takeover)
    return std::nullopt;
  deflate_terms terms;
  if (p->client_max_window_bits)
    terms.window_bits = *p->client_max_window_bits;
  return terms;
}

} // namespace wamp
