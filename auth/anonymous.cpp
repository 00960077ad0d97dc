#include <wamp/auth/anonymous.hpp>

namespace wamp::anonymous {

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
