#include <wamp/serialization/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utf8.h>

namespace wamp {

namespace {

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

bool is_ascii_word(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  return (word & 0x8080808080808080U) == 0;
}

const char* skip_ascii(const char* p, const char* end) {
  constexpr std::ptrdiff_t word = 8;
  if (end - p >= word) {
    while (end - p >= word && is_ascii_word(p))
      p += word;
    // What is left overlaps with what is known: one more look instead of seven.
    if (end - p < word && is_ascii_word(end - word))
      return end;
  }
  while (p != end && is_ascii(*p))
    ++p;
  return p;
}

const char* skip_non_ascii(const char* p, const char* end) {
  while (p != end && !is_ascii(*p))
    ++p;
  return p;
}

} // namespace

std::size_t valid_utf8_prefix(std::string_view text) noexcept {
  const auto begin = text.data();
  const auto end = begin + text.size();
  // A run may be cut before an ASCII byte: no sequence continues over one.
  for (auto p = skip_ascii(begin, end); p != end; p = skip_ascii(p, end)) {
    auto run_end = skip_non_ascii(p, end);
    p = utf8::find_invalid(p, run_end);
    if (p != run_end)
      return static_cast<std::size_t>(p - begin);
  }
  return text.size();
}

std::string repaired_utf8(std::string_view text) {
  std::string repaired;
  utf8::replace_invalid(text.begin(), text.end(), std::back_inserter(repaired));
  return repaired;
}

} // namespace wamp
