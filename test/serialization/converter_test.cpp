#include <wamp/serialization/converter.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace wamp {

namespace {

/// A type whose author says how it converts.
struct day {
  int month = 0;
  int number = 0;
  bool operator==(const day&) const = default;
};

enum class colour : std::uint8_t { red, green, blue };
enum class letter : char { a = 'a' };
enum class size { small, large };
/// An enum as text, not as its integer.
enum class mood { good, bad };

} // namespace

template <>
struct converter<day> {
  static value to_value(const day& d) { return list{d.month, d.number}; }
  static conversion_result from_value(const value& v, day& to) {
    auto parts = wamp::from_value<std::array<int, 2>>(v);
    if (!parts)
      return expected_but_found("a month and a day", v);
    to = {(*parts)[0], (*parts)[1]};
    return {};
  }
};

template <>
struct converter<mood> {
  static value to_value(mood m) { return m == mood::good ? "good" : "bad"; }
  static conversion_result from_value(const value& v, mood& to) {
    if (v != value{"good"} && v != value{"bad"})
      return expected_but_found("a mood", v);
    to = v == value{"good"} ? mood::good : mood::bad;
    return {};
  }
};

namespace {

template <class T>
std::string complaint(const value& v) {
  auto x = from_value<T>(v);
  return x ? "none" : x.error().to_string();
}

/// `x` is `v` as a value, and comes back from it.
template <class T>
void check_both_ways(const T& x, const value& v) {
  CHECK(to_value(x) == v);
  const auto back = from_value<T>(v);
  REQUIRE(back.has_value());
  CHECK(*back == x);
}

template <class T>
void check_range() {
  using limits = std::numeric_limits<T>;
  check_both_ways(limits::min(), limits::min());
  check_both_ways(limits::max(), limits::max());
  check_both_ways(T{7}, 7);
  const auto expected = "expected an integer from " + std::to_string(limits::min()) + " to "
                        + std::to_string(limits::max()) + ", found ";
  CHECK(complaint<T>("7") == expected + "\"7\"");
  CHECK(complaint<T>(1.5) == expected + "1.5");
  CHECK(complaint<T>(1e30) == expected + "1e+30");
  CHECK(complaint<T>(true) == expected + "true");
  CHECK(complaint<T>({}) == expected + "null");
  CHECK(complaint<T>(std::numeric_limits<double>::quiet_NaN()) == expected + "nan");
  CHECK(complaint<T>(-std::numeric_limits<double>::infinity()) == expected + "-inf");
  if constexpr (sizeof(T) < 8) {
    CHECK(complaint<T>(std::int64_t{limits::max()} + 1) != "none");
    CHECK(complaint<T>(static_cast<double>(limits::max()) + 1) != "none");
    CHECK(complaint<T>(std::int64_t{limits::min()} - 1) != "none");
  }
}

} // namespace

TEST_CASE("integers of every width, and nothing beyond their range") {
  check_range<signed char>();
  check_range<unsigned char>();
  check_range<short>();
  check_range<unsigned short>();
  check_range<int>();
  check_range<unsigned>();
  check_range<long>();
  check_range<unsigned long>();
  check_range<long long>();
  check_range<unsigned long long>();
  CHECK(complaint<std::uint8_t>(300) == "expected an integer from 0 to 255, found 300");
  CHECK(
      complaint<std::uint64_t>(-1)
      == "expected an integer from 0 to 18446744073709551615, found -1");
  CHECK(complaint<std::int64_t>(UINT64_MAX) != "none");
}

TEST_CASE("a whole float is an integer if it is exact and in range") {
  CHECK(from_value<int>(3.0) == 3);
  CHECK(from_value<int>(-0.0) == 0);
  CHECK(from_value<std::uint8_t>(255.0) == 255);
  CHECK(complaint<std::uint8_t>(256.0) == "expected an integer from 0 to 255, found 256");
  CHECK(complaint<unsigned>(-1.0) != "none");
  CHECK(from_value<std::int64_t>(-0x1p63) == INT64_MIN);
  CHECK(complaint<std::int64_t>(0x1p63) != "none");
  CHECK(from_value<std::uint64_t>(0x1p63) == std::uint64_t{1} << 63);
  CHECK(complaint<std::uint64_t>(0x1p64) != "none");
}

TEST_CASE("floats, and integers that they hold exactly") {
  check_both_ways(1.5, 1.5);
  check_both_ways(0.1F, static_cast<double>(0.1F));
  check_both_ways(std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity());
  CHECK(from_value<float>(0.1) == 0.1F);
  CHECK(from_value<double>(3) == 3.0);
  CHECK(from_value<double>(INT64_MIN) == -0x1p63);
  CHECK(from_value<double>(std::uint64_t{1} << 63) == 0x1p63);
  CHECK(
      complaint<double>((std::int64_t{1} << 53) + 1)
      == "expected an integer that a double holds exactly, found 9007199254740993");
  CHECK(complaint<double>(INT64_MAX) != "none");
  CHECK(complaint<double>(UINT64_MAX) != "none");
  CHECK(from_value<float>(1 << 24) == 0x1p24F);
  CHECK(
      complaint<float>((1 << 24) + 1)
      == "expected an integer that a float holds exactly, found 16777217");
  CHECK(complaint<float>(UINT64_MAX) != "none");
  CHECK(complaint<float>(1e300) == "expected a number in the range of a float, found 1e+300");
  CHECK(complaint<double>("1") == "expected a number, found \"1\"");
  CHECK(complaint<double>(true) == "expected a number, found true");
}

TEST_CASE("what the data model has, as it is") {
  check_both_ways(true, true);
  check_both_ways(std::string{"text"}, "text");
  check_both_ways(binary{"\x01"}, binary{"\x01"});
  check_both_ways(list{1, "a"}, list{1, "a"});
  check_both_ways(dict{{"a", 1}}, dict{{"a", 1}});
  check_both_ways(value{7}, 7);
  check_both_ways(null_value{}, {});
  check_both_ways(std::monostate{}, {});
  CHECK(complaint<bool>(1) == "expected a bool, found 1");
  CHECK(complaint<std::string>(1) == "expected a string, found 1");
  CHECK(complaint<std::string>(binary{"x"}) == "expected a string, found binary of 1 byte");
  CHECK(complaint<binary>("x") == "expected binary, found \"x\"");
  CHECK(complaint<list>(1) == "expected a list, found 1");
  CHECK(complaint<dict>(list{}) == "expected a dictionary, found a list of 0");
  CHECK(complaint<null_value>(0) == "expected null, found 0");
}

TEST_CASE("strings of every kind can be written, and are not copied when given away") {
  const char* none = nullptr;
  const char* some = "x";
  CHECK(to_value("literal") == value{"literal"});
  CHECK(to_value(some) == value{"x"});
  CHECK(to_value(std::string_view{"view"}) == value{"view"});
  CHECK(to_value(none).is_null());
  CHECK(to_value(nullptr).is_null());
  std::string big(1000, 'x');
  const auto* data = big.data();
  CHECK(to_value(std::move(big)).get_if<std::string>()->data() == data);
}

TEST_CASE("bytes are binary") {
  check_both_ways(std::vector{std::byte{1}, std::byte{255}}, binary{"\x01\xff"});
  check_both_ways(std::array{std::byte{1}, std::byte{255}}, binary{"\x01\xff"});
  check_both_ways(std::vector<std::byte>{}, binary{});
  check_both_ways(std::vector<std::uint8_t>{1, 255}, list{1, 255});
  CHECK(complaint<std::vector<std::byte>>(list{1}) == "expected binary, found a list of 1");
  CHECK(
      complaint<std::array<std::byte, 1>>(binary{"ab"})
      == "expected binary of 1 byte, found binary of 2 bytes");
}

TEST_CASE("lists of one type") {
  check_both_ways(std::vector<int>{1, 2}, list{1, 2});
  check_both_ways(std::vector<int>{}, list{});
  check_both_ways(std::vector<bool>{true, false}, list{true, false});
  check_both_ways(std::deque<std::string>{"a"}, list{"a"});
  check_both_ways(std::set<int>{1, 2}, list{1, 2});
  check_both_ways(std::unordered_set<std::string>{"a"}, list{"a"});
  CHECK(from_value<std::set<int>>(list{2, 1, 2}) == std::set{1, 2});
  CHECK(complaint<std::vector<int>>(1) == "expected a list, found 1");
  CHECK(
      complaint<std::vector<std::vector<bool>>>(list{list{}, list{true, 1}})
      == "expected a bool, found 1, in [1][1]");
}

TEST_CASE("lists of a fixed length") {
  check_both_ways(std::array{1, 2}, list{1, 2});
  check_both_ways(std::tuple{1, std::string{"a"}, true}, list{1, "a", true});
  check_both_ways(std::tuple<>{}, list{});
  check_both_ways(std::pair{1, 2.5}, list{1, 2.5});
  CHECK(complaint<std::array<int, 2>>(list{1, 2, 3}) == "expected a list of 2, found a list of 3");
  CHECK(complaint<std::array<int, 2>>(list{1, ""}).ends_with(", in [1]"));
  CHECK(complaint<std::pair<int, int>>(list{1}) == "expected a list of 2, found a list of 1");
  CHECK(complaint<std::tuple<int>>("") == "expected a list of 1, found \"\"");
  CHECK(complaint<std::tuple<int, bool>>(list{1, 2}) == "expected a bool, found 2, in [1]");
}

TEST_CASE("maps with strings as keys are dictionaries") {
  check_both_ways(std::map<std::string, int>{{"a", 1}, {"b", 2}}, dict{{"a", 1}, {"b", 2}});
  check_both_ways(std::unordered_map<std::string, bool>{{"a", true}}, dict{{"a", true}});
  CHECK(
      complaint<std::map<std::string, int>>(list{}) == "expected a dictionary, found a list of 0");
  CHECK(
      complaint<std::map<std::string, std::map<std::string, bool>>>(dict{{"a", dict{{"b c", 1}}}})
      == "expected a bool, found 1, in .a[\"b c\"]");
}

TEST_CASE("nothing is null") {
  check_both_ways(std::optional<int>{}, {});
  check_both_ways(std::optional<int>{3}, 3);
  CHECK(complaint<std::optional<bool>>(3) == "expected a bool, found 3");
}

TEST_CASE("a variant is the first alternative that fits") {
  using either = std::variant<std::monostate, std::uint8_t, std::string, std::vector<int>>;
  check_both_ways(either{}, {});
  check_both_ways(either{std::uint8_t{3}}, 3);
  check_both_ways(either{"a"}, "a");
  check_both_ways(either{std::vector{1}}, list{1});
  CHECK(
      complaint<either>(true)
      == "expected null, or an integer from 0 to 255, or a string, or a list, found true");
  CHECK(complaint<either>(list{1, true}).ends_with(", found true, in [1]"));
  const auto twice = from_value<std::variant<value, value>>(1);
  REQUIRE(twice.has_value());
  CHECK(twice->index() == 0);
}

TEST_CASE("in a variant, a number stays of its kind where it can") {
  check_both_ways(std::variant<int, double>{2.0}, 2.0);
  check_both_ways(std::variant<double, int>{2}, 2);
  check_both_ways(std::variant<double, std::uint64_t>{UINT64_MAX}, UINT64_MAX);
  CHECK(from_value<std::variant<std::string, int>>(2.0) == std::variant<std::string, int>{2});
  CHECK(
      from_value<std::variant<std::uint8_t, double>>(300)
      == std::variant<std::uint8_t, double>{300.0});
}

TEST_CASE("an enum is its integer") {
  check_both_ways(colour::blue, 2);
  check_both_ways(size::large, 1);
  check_both_ways(letter::a, 'a');
  check_both_ways(std::vector{std::byte{3}}.at(0), 3);
  CHECK(complaint<colour>(256) == "expected an integer from 0 to 255, found 256");
  CHECK(complaint<letter>(300) == "expected an integer from -128 to 127, found 300");
}

TEST_CASE("types convert as their authors say, also as parts of others") {
  check_both_ways(day{2, 29}, list{2, 29});
  check_both_ways(std::vector{mood::bad, mood::good}, list{"bad", "good"});
  CHECK(
      complaint<std::map<std::string, day>>(dict{{"x", 1}})
      == "expected a month and a day, found 1, in .x");
}

TEST_CASE("what has no conversion is told when compiling") {
  struct plain {};
  static_assert(!is_supported<plain>);
  static_assert(!is_supported<char>);
  static_assert(!is_supported<wchar_t>);
  static_assert(!is_supported<long double>);
  static_assert(!is_supported<int*>);
  static_assert(!is_supported<std::unique_ptr<int>>);
  static_assert(!is_supported<std::map<int, int>>);
  static_assert(!is_supported<std::chrono::seconds>);
  static_assert(!is_supported<std::filesystem::path>);
  static_assert(kind_of<std::string_view>() == conversion_kind::text_view);
  static_assert(kind_of<char[4]>() == conversion_kind::text_view);
}

} // namespace wamp
