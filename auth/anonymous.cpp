#include <wamp/auth/anonymous.hpp>

#include <algorithm>
#include <array>

namespace wamp::anonymous {

bool offered_by(const hello& h) noexcept {
  auto methods = find<list>(h.details, "authmethods");
  if (!methods || methods->empty())
    return true;
  return std::any_of(methods->begin(), methods->end(), [](const value& v) {
    auto name = v.get_if<std::string>();
    return name && *name == method;
  });
}

identity identify(std::uint64_t random) {
  // Letters and digits without those that look alike, in groups: readable in logs.
  static constexpr std::string_view alphabet = "34679ACEFGHJKLMNPQRTUVWXY";
  std::string authid;
  for (int i = 0; i < 12; ++i) {
    if (i == 4 || i == 8)
      authid += '-';
    authid += alphabet[random % alphabet.size()];
    random /= alphabet.size();
  }
  return {std::move(authid), "anonymous", std::string{method}, "static"};
}

} // namespace wamp::anonymous
