#include <wamp/serialization/rfc3339.hpp>

#include <array>
#include <cstdio>

namespace wamp {

namespace {

using namespace std::chrono;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes a text apart from its begin; from the first thing that is not there on, nothing is.
class scanner {
public:
  explicit scanner(std::string_view text) : rest_(text) {}

  unsigned number(std::size_t digits) {
    unsigned n = 0;
    for (; digits > 0; --digits)
      n = n * 10 + digit();
    return n;
  }
  bool has(std::string_view one_of) {
    if (rest_.empty() || one_of.find(rest_.front()) == one_of.npos)
      return false;
    rest_.remove_prefix(1);
    return true;
  }
  void must_have(std::string_view one_of) { good_ = has(one_of) && good_; }

  microseconds fraction() {
    if (!has("."))
      return {};
    microseconds result{};
    microseconds unit{100'000};
    do {
      result += digit() * unit;
      unit /= 10;
    } while (!rest_.empty() && is_digit(rest_.front()));
    return result;
  }
  minutes zone() {
    if (has("Zz"))
      return {};
    const bool is_west = has("-");
    if (!is_west)
      must_have("+");
    const auto h = number(2);
    must_have(":");
    const auto m = number(2);
    good_ = good_ && h < 24 && m < 60;
    return is_west ? -minutes{h * 60 + m} : minutes{h * 60 + m};
  }
  bool is_at_end() const { return good_ && rest_.empty(); }

private:
  unsigned digit() {
    if (rest_.empty() || !is_digit(rest_.front())) {
      good_ = false;
      return 0;
    }
    const auto result = static_cast<unsigned>(rest_.front() - '0');
    rest_.remove_prefix(1);
    return result;
  }

  std::string_view rest_;
  bool good_ = true;
};

} // namespace

std::string to_rfc3339(sys_time<milliseconds> time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 64> text{};
  const auto size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int{date.year()},
      unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<sys_time<microseconds>> from_rfc3339(std::string_view text) {
  scanner s{text};
  const year y{static_cast<int>(s.number(4))};
  s.must_have("-");
  const month m{s.number(2)};
  s.must_have("-");
  const day d{s.number(2)};
  s.must_have("Tt ");
  const auto hour = s.number(2);
  s.must_have(":");
  const auto minute = s.number(2);
  s.must_have(":");
  const auto second = s.number(2);
  const auto fraction = s.fraction();
  const auto zone = s.zone();
  // A leap second is the second behind it.
  if (!s.is_at_end() || !(y / m / d).ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return sys_days{y / m / d} + hours{hour} + minutes{minute} + seconds{second} + fraction - zone;
}

} // namespace wamp
