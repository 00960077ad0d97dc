#include <wamp/serialization/callable.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

namespace wamp {

namespace {

int add(int a, int b) {
  return a + b;
}

int twice(int a) noexcept {
  return 2 * a;
}

struct counter {
  int calls = 0;
  int operator()() { return ++calls; }
};

template <class F>
arguments answer(F&& f, const arguments& in) {
  return apply_arguments(std::forward<F>(f), in).value();
}

template <class F>
std::string complaint(F&& f, const arguments& in) {
  auto out = apply_arguments(std::forward<F>(f), in);
  return out ? "none" : out.error().to_string();
}

} // namespace

TEST_CASE("the types of a callable are known") {
  const auto f = [](const std::string&, std::string_view, int&&, std::optional<int>) -> bool {
    return true;
  };
  using traits = callable_traits<decltype(f)>;
  static_assert(std::is_same_v<traits::result, bool>);
  static_assert(std::is_same_v<
                traits::parameters,
                std::tuple<const std::string&, std::string_view, int&&, std::optional<int>>>);
  static_assert(
      std::is_same_v<traits::kept, std::tuple<std::string, std::string, int, std::optional<int>>>);
  static_assert(std::is_same_v<callable_traits<decltype(add)>::kept, std::tuple<int, int>>);
  static_assert(std::is_same_v<callable_traits<decltype(&twice)>::kept, std::tuple<int>>);
  static_assert(std::is_same_v<callable_traits<counter&>::kept, std::tuple<>>);
}

TEST_CASE("a callable without fixed types is told when compiling") {
  const auto generic = [](auto x) { return x; };
  struct overloaded {
    void operator()(int) {}
    void operator()(double) {}
  };
  static_assert(!typed_callable<decltype(generic)>);
  static_assert(!typed_callable<overloaded>);
  static_assert(!typed_callable<int>);
  static_assert(typed_callable<counter>);
}

TEST_CASE("every kind of callable is called with decoded arguments") {
  const arguments in{{2, 3}, {}}, out{{5}, {}};
  CHECK(answer([](int a, int b) { return a + b; }, in) == out);
  CHECK(answer([](int a, int b) noexcept { return a + b; }, in) == out);
  CHECK(answer([n = 0](int a, int b) mutable { return n += a + b; }, in) == out);
  CHECK(answer([n = 0](int a, int b) mutable noexcept { return n += a + b; }, in) == out);
  CHECK(answer(add, in) == out);
  CHECK(answer(&add, in) == out);
  CHECK(answer(twice, {{4}, {}}) == arguments{{8}, {}});
  CHECK(answer(std::function<int(int, int)>{add}, in) == out);
  counter c;
  answer(c, {});
  CHECK(answer(c, {}) == arguments{{2}, {}});
}

TEST_CASE("parameters are taken as their owner likes") {
  const arguments in{{"text"}, {}}, out{{4}, {}};
  CHECK(answer([](std::string s) { return s.size(); }, in) == out);
  CHECK(answer([](const std::string& s) { return s.size(); }, in) == out);
  CHECK(answer([](std::string&& s) { return s.size(); }, in) == out);
  CHECK(answer([](std::string_view s) { return s.size(); }, in) == out);
  CHECK(answer([](const value& v) { return v; }, in) == in);
  CHECK(answer([](std::optional<int> n) { return n.has_value(); }, {}) == arguments{{false}, {}});
}

TEST_CASE("the result makes the answer's arguments") {
  CHECK(answer([] {}, {}) == arguments{});
  CHECK(answer([] { return 1; }, {}) == arguments{{1}, {}});
  CHECK(answer([] { return "text"; }, {}) == arguments{{"text"}, {}});
  CHECK(answer([] { return std::tuple{1, "a"}; }, {}) == arguments{{1, "a"}, {}});
  CHECK(answer([] { return std::tuple{}; }, {}) == arguments{});
  CHECK(answer([] { return std::pair{1, 2}; }, {}) == arguments{{list{1, 2}}, {}});
  CHECK(answer([] { return std::vector{1, 2}; }, {}) == arguments{{list{1, 2}}, {}});
  CHECK(answer([] { return std::optional<int>{}; }, {}) == arguments{{value{}}, {}});
  CHECK(answer([] { return kwargs{{"a", 1}}; }, {}) == arguments{{}, {{"a", 1}}});
  CHECK(answer([] { return std::tuple{1, kwargs{{"a", 1}}}; }, {}) == arguments{{1}, {{"a", 1}}});
  CHECK(answer([] { return arguments{{1}, {{"a", 2}}}; }, {}) == arguments{{1}, {{"a", 2}}});
}

TEST_CASE("arguments as they are, in and out") {
  const arguments in{{1, "a"}, {{"b", 2}}};
  CHECK(answer([](const arguments& all) { return all; }, in) == in);
  CHECK(answer([](arguments all) { return all; }, in) == in);
  CHECK(answer([](arguments&& all) { return std::move(all); }, in) == in);
  const arguments* seen = nullptr;
  answer([&](const arguments& all) { seen = &all; }, in);
  CHECK(seen == &in);
}

TEST_CASE("keyword arguments come last") {
  const arguments in{{1}, {{"b", 2}}};
  CHECK(answer([](int n, const kwargs& k) { return std::tuple{n, k}; }, in) == in);
  CHECK(answer([](int n) { return n; }, in) == arguments{{1}, {}});
}

TEST_CASE("wrong arguments are told, and nothing is called") {
  bool called = false;
  const auto f = [&](int, std::vector<bool>) { called = true; };
  CHECK(complaint(f, {{1}, {}}) == "expected 2 arguments, found 1");
  CHECK(complaint(f, {{1, list{true, 2}}, {}}) == "expected a bool, found 2, in [1][1]");
  CHECK_FALSE(called);
}

TEST_CASE("the result goes to whoever consumes it, as it is") {
  int got = 0;
  const auto keep = [&](int n) { got = n; };
  CHECK(apply_arguments([](int n) { return 2 * n; }, {{4}, {}}, keep).has_value());
  CHECK(got == 8);
  bool told = false;
  CHECK(apply_arguments([](int) {}, {{4}, {}}, [&] { told = true; }).has_value());
  CHECK(told);
  CHECK_FALSE(apply_arguments([](int n) { return n; }, {{"x"}, {}}, keep).has_value());
  CHECK(got == 8);
}

} // namespace wamp
