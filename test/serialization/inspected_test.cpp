#include <wamp/serialization/converter.hpp>

// CAF's headers alone, so that the test fails when CAF's idea of an annotation is not ours.
#include <caf/meta/omittable_if_empty.hpp>
#include <caf/meta/type_name.hpp>
#include <doctest/doctest.h>

#include <string>

// As a CAF program has it.
namespace farm {

struct animal {
  std::string name;
  int legs = 0;
  bool operator==(const animal&) const = default;
};

template <class Inspector>
auto inspect(Inspector& f, animal& x) {
  return f(caf::meta::type_name("animal"), x.name, caf::meta::omittable_if_empty(), x.legs);
}

struct herd {
  std::vector<animal> animals;
  std::optional<bool> noisy;
  bool operator==(const herd&) const = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, herd& x) {
  return f(x.animals, x.noisy);
}

struct field {
  int width = 0;
};

/// Says both: then the names are more.
template <class Inspector>
auto inspect(Inspector& f, field& x) {
  return f(x.width);
}
WAMP_STRUCT(field, width)

} // namespace farm

namespace wamp {

TEST_CASE("a struct with CAF's inspect is a list of its members") {
  const farm::animal cow{"cow", 4};
  CHECK(to_value(cow) == value{list{"cow", 4}});
  CHECK(from_value<farm::animal>(list{"cow", 4}) == cow);
  const farm::herd two{{cow, {"hen", 2}}, {}};
  const value as_list = list{list{list{"cow", 4}, list{"hen", 2}}, {}};
  CHECK(to_value(two) == as_list);
  CHECK(from_value<farm::herd>(as_list) == two);
  CHECK(to_value(farm::field{3}) == value{dict{{"width", 3}}});
}

TEST_CASE("the list has exactly the members") {
  const auto complaint = [](const value& v) {
    return from_value<farm::herd>(v).error().to_string();
  };
  CHECK(complaint(list{list{}}) == "expected a list of 2, found a list of 1");
  CHECK(complaint(list{list{}, {}, {}}) == "expected a list of 2, found a list of 3");
  CHECK(complaint(dict{}) == "expected a list of 2, found a dictionary of 0");
  CHECK(complaint(list{list{list{"cow", "4"}}, {}}).ends_with(", found \"4\", in [0][0][1]"));
}

} // namespace wamp
