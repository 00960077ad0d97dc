#include <wamp/serialization/value.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace wamp {

TEST_CASE("equal numbers are equal values, whatever integer type they came as") {
  CHECK(value{7} == value{std::uint64_t{7}});
  CHECK(value{std::uint64_t{INT64_MAX}} == value{INT64_MAX});
  CHECK(value{std::uint64_t{INT64_MAX} + 1}.get_if<std::uint64_t>());
  CHECK_FALSE(value{std::uint64_t{INT64_MAX} + 1}.get_if<std::int64_t>());
  CHECK(value{1} != value{1.0});
  CHECK(value{1} != value{true});
}

TEST_CASE("text and bytes are different values") {
  CHECK(value{"ab"} == value{std::string{"ab"}});
  CHECK(value{"ab"} != value{binary{"ab"}});
  CHECK(value{}.is_null());
  CHECK_FALSE(value{""}.is_null());
}

TEST_CASE("a dict keeps one value per key, in the order of insertion") {
  dict d{{"one", 1}, {"two", 2}, {"one", "again"}};
  CHECK(d.size() == 2);
  CHECK(d.begin()->key == "one");
  CHECK(*d.find("one") == value{"again"});
  d.set("three", 3);
  d.set("two", value{});
  CHECK(d.size() == 3);
  CHECK(d.find("two")->is_null());
  CHECK(d.erase("one"));
  CHECK_FALSE(d.erase("one"));
  CHECK(d.begin()->key == "two");
  CHECK_FALSE(d.contains("one"));
}

TEST_CASE("a dict gives access to what was appended") {
  dict d;
  *d.append("l", list{}).get_if<list>() = {1, 2};
  CHECK(*find<list>(d, "l") == list{1, 2});
  CHECK_FALSE(d.empty());
}

TEST_CASE("the order of keys does not matter to equality") {
  CHECK(dict{{"a", 1}, {"b", 2}} == dict{{"b", 2}, {"a", 1}});
  CHECK(dict{{"a", 1}, {"b", 2}} != dict{{"a", 1}, {"b", 3}});
  CHECK(dict{{"a", 1}} != dict{{"a", 1}, {"b", 2}});
  CHECK(dict{{"a", 1}} != dict{{"b", 1}});
  CHECK(value{dict{{"a", list{1, dict{}}}}} == value{dict{{"a", list{1, dict{}}}}});
}

TEST_CASE("find and flag take a member of exactly one type") {
  const dict d{{"yes", true}, {"one", 1}, {"text", "x"}};
  CHECK(flag(d, "yes"));
  CHECK_FALSE(flag(d, "one"));
  CHECK(flag(d, "one", true));
  CHECK(flag(d, "absent", true));
  CHECK(*find<std::int64_t>(d, "one") == 1);
  CHECK(find<bool>(d, "one") == nullptr);
  CHECK(find<std::string>(d, "absent") == nullptr);
}

TEST_CASE("nullptr is null, not a text") {
  const value v{nullptr};
  CHECK(v == value{});
  CHECK(list{1, nullptr} == list{1, value{}});
}

} // namespace wamp
