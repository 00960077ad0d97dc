#include <wamp/serialization/typed_arguments.hpp>
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace wamp {

namespace {

struct page {
  int size = 0;
  std::optional<std::string> after;
  bool operator==(const page&) const = default;
};
WAMP_STRUCT(page, size, after)

template <class... Ts>
std::string complaint(const arguments& in) {
  auto x = arguments_as<Ts...>(in);
  return x ? "none" : x.error().to_string();
}

} // namespace

TEST_CASE("arguments are made of C++ values") {
  CHECK(make_arguments() == arguments{});
  CHECK(make_payload().empty());
  CHECK(make_arguments(1, "x", std::vector{1.5}) == arguments{{1, "x", list{1.5}}, {}});
  CHECK(
      make_arguments(1, kwargs{{"key", 2}, {"names", std::vector{"a", "b"}}})
      == arguments{{1}, {{"key", 2}, {"names", list{"a", "b"}}}});
  CHECK(make_arguments(kwargs{{"key", "text"}}) == arguments{{}, {{"key", "text"}}});
  CHECK(make_payload(1, kwargs{{"a", true}}).bytes(format::json).view() == "[1],{\"a\":true}");
  const kwargs named{{"a", 1}, {"a", 2}};
  CHECK(make_arguments(named) == arguments{{}, {{"a", 2}}});
  std::string big(1000, 'x');
  const auto* data = big.data();
  CHECK(make_arguments(std::move(big)).args[0].get_if<std::string>()->data() == data);
}

TEST_CASE("arguments are read as C++ values") {
  CHECK(arguments_as<>({}) == std::tuple{});
  CHECK(arguments_as<int, std::string>({{1, "x"}, {}}) == std::tuple{1, std::string{"x"}});
  CHECK(complaint<int, std::vector<page>>({{1, list{dict{{"size", true}}}}, {}})
            .ends_with(", found true, in [1][0].size"));
}

TEST_CASE("there are exactly as many arguments as types") {
  CHECK(complaint<>({{1}, {}}) == "expected 0 arguments, found 1");
  CHECK(complaint<int>({}) == "expected 1 argument, found 0");
  CHECK(complaint<int, int>({{1, 2, 3}, {}}) == "expected 2 arguments, found 3");
}

TEST_CASE("optional arguments at the end may be missing or null") {
  using maybe = std::optional<int>;
  using got = std::tuple<int, maybe, maybe>;
  const auto read = arguments_as<int, maybe, maybe>;
  CHECK(read({{1}, {}}) == got{1, {}, {}});
  CHECK(read({{1, 2}, {}}) == got{1, 2, {}});
  CHECK(read({{1, {}, 3}, {}}) == got{1, {}, 3});
  CHECK(complaint<int, maybe, maybe>({}) == "expected 1 to 3 arguments, found 0");
  CHECK(complaint<int, maybe, maybe>({{1, 2, 3, 4}, {}}) == "expected 1 to 3 arguments, found 4");
  CHECK(complaint<maybe>({{"x"}, {}}).ends_with(", found \"x\", in [0]"));
  // One before another argument has its place.
  CHECK(complaint<maybe, int>({{1}, {}}) == "expected 2 arguments, found 1");
  CHECK(arguments_as<maybe, kwargs>({}) == std::tuple{maybe{}, kwargs{}});
}

TEST_CASE("keyword arguments are read if asked for") {
  const arguments in{{1}, {{"size", 5}, {"other", true}}};
  CHECK(arguments_as<int>(in) == std::tuple{1});
  const auto both = arguments_as<int, kwargs>(in);
  REQUIRE(both.has_value());
  CHECK(std::get<kwargs>(*both) == kwargs{{"size", 5}, {"other", true}});
  CHECK(std::get<kwargs>(*both).as<page>() == page{5, {}});
  CHECK(kwargs{}.as<page>().error().to_string() == "expected a key \"size\", found none");
  CHECK(kwargs{{"size", "x"}}.as<page>().error().path == ".size");
}

TEST_CASE("structs and maps are keyword arguments") {
  CHECK(kwargs::from(page{5, "x"}) == kwargs{{"size", 5}, {"after", "x"}});
  CHECK(kwargs::from(std::map<std::string, int>{{"a", 1}}) == kwargs{{"a", 1}});
  CHECK(
      kwargs::from(dict{{"a", 1}}).as<std::map<std::string, int>>()
      == std::map<std::string, int>{{"a", 1}});
}

TEST_CASE("arguments pass through every format") {
  const auto sent = make_payload(
      7, 2.0, "x", std::vector{std::byte{9}}, std::optional<int>{}, kwargs{{"a", UINT64_MAX}});
  for (auto f : all_formats) {
    const auto got = payload::encoded(f, sent.bytes(f), sent.parts());
    CHECK(
        arguments_as<
            int, std::variant<int, double>, std::string, binary, std::optional<int>, kwargs>(
            got.values())
        == std::tuple{
            7, std::variant<int, double>{2.0}, std::string{"x"}, binary{"\x09"},
            std::optional<int>{}, kwargs{{"a", UINT64_MAX}}});
  }
}

} // namespace wamp
