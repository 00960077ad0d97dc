#include <wamp/auth/saslprep.hpp>
#include <wamp/serialization/utf8.hpp>

#include <cstdlib>
#include <memory>
#include <stringprep.h>

namespace wamp {

std::optional<std::string> saslprep(std::string_view text, saslprep_use use) {
  // For libidn a text ends at its first NUL, which is a forbidden character.
  if (text.empty() || text.size() > 1024 || text.find('\0') != std::string_view::npos
      || !is_valid_utf8(text))
    return std::nullopt;
  char* raw = nullptr;
  const auto flags = use == saslprep_use::stored ? STRINGPREP_NO_UNASSIGNED : 0;
  const auto status = stringprep_profile(
      std::string{text}.c_str(), &raw, "SASLprep", static_cast<Stringprep_profile_flags>(flags));
  const std::unique_ptr<char, void (*)(void*)> prepared{
      status == STRINGPREP_OK ? raw : nullptr, &std::free};
  if (!prepared || *prepared == '\0')
    return std::nullopt;
  return std::string{prepared.get()};
}

} // namespace wamp
