#include <wamp/serialization/converter.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

// In a namespace of its own, as users' structs are.
namespace shop {

struct price {
  double amount = 0;
  std::string currency;
  bool operator==(const price&) const = default;
};
WAMP_STRUCT(price, amount, currency)

struct article {
  std::string name;
  std::optional<price> cost;
  std::vector<article> parts;
  bool operator==(const article&) const = default;

  struct label {
    int number = 0;
    bool operator==(const label&) const = default;
  };
};
WAMP_STRUCT(article, name, cost, parts)
WAMP_STRUCT(article::label, number)

struct nothing {
  bool operator==(const nothing&) const = default;
};
WAMP_STRUCT(nothing)

struct discounted : price {
  int percent = 0;
};

struct wide {
  int a0 = 0, a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7, a8 = 8, a9 = 9;
  int b0 = 0, b1 = 1, b2 = 2, b3 = 3, b4 = 4, b5 = 5, b6 = 6, b7 = 7, b8 = 8, b9 = 9;
  bool operator==(const wide&) const = default;
};
WAMP_STRUCT(wide, a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7, b8, b9)

} // namespace shop

struct global_point {
  int x = 0;
};
WAMP_STRUCT(global_point, x)

namespace wamp {

namespace {

template <class T>
std::string complaint(const value& v) {
  auto x = from_value<T>(v);
  return x ? "none" : x.error().to_string();
}

template <class T>
void check_both_ways(const T& x, const value& v) {
  CHECK(to_value(x) == v);
  CHECK(from_value<T>(v) == x);
}

} // namespace

TEST_CASE("a struct is a dictionary of its members") {
  check_both_ways(shop::price{1.5, "EUR"}, dict{{"amount", 1.5}, {"currency", "EUR"}});
  check_both_ways(
      shop::article{"a", shop::price{2.5, "EUR"}, {{"b", {}, {}}}},
      dict{
          {"name", "a"},
          {"cost", dict{{"amount", 2.5}, {"currency", "EUR"}}},
          {"parts", list{dict{{"name", "b"}, {"parts", list{}}}}}});
  check_both_ways(shop::article::label{7}, dict{{"number", 7}});
  check_both_ways(shop::nothing{}, dict{});
  check_both_ways(std::map<std::string, shop::nothing>{{"a", {}}}, dict{{"a", dict{}}});
  CHECK(to_value(global_point{1}) == value{dict{{"x", 1}}});
}

TEST_CASE("optional members may be absent or null") {
  const shop::article plain{"a", {}, {}};
  CHECK(from_value<shop::article>(dict{{"name", "a"}, {"parts", list{}}}) == plain);
  CHECK(from_value<shop::article>(dict{{"name", "a"}, {"parts", list{}}, {"cost", {}}}) == plain);
}

TEST_CASE("any other member must be there") {
  CHECK(complaint<shop::price>(dict{{"amount", 1}}) == "expected a key \"currency\", found none");
  CHECK(
      complaint<shop::article>(
          dict{{"name", "a"}, {"parts", list{dict{{"name", "b"}, {"cost", dict{}}}}}})
      == "expected a key \"amount\", found none, in .parts[0].cost");
  CHECK(complaint<shop::price>(list{}) == "expected a dictionary, found a list of 0");
}

TEST_CASE("unknown keys are ignored") {
  CHECK(
      from_value<shop::article::label>(dict{{"x", list{}}, {"number", 7}})
      == shop::article::label{7});
}

TEST_CASE("the first member that is not right is told") {
  CHECK(
      complaint<shop::price>(dict{{"amount", "1"}, {"currency", 1}})
      == "expected a number, found \"1\", in .amount");
}

TEST_CASE("a struct can have many members") {
  const shop::wide all;
  const auto v = to_value(all);
  CHECK(v.get_if<dict>()->size() == 20);
  CHECK(*find<std::int64_t>(*v.get_if<dict>(), "b9") == 9);
  CHECK(from_value<shop::wide>(v) == all);
}

TEST_CASE("what a base is said to be does not hold for those derived from it") {
  static_assert(is_supported<shop::price>);
  static_assert(!is_supported<shop::discounted>);
}

} // namespace wamp
