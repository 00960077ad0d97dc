#include <wamp/serialization/message_fields.hpp>
#include <wamp/serialization/messages.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wamp {

namespace {

template <std::size_t... I>
std::vector<message> one_of_each(std::index_sequence<I...>) {
  return {message{std::in_place_index<I>}...};
}

std::vector<message> one_of_each() {
  return one_of_each(std::make_index_sequence<std::variant_size_v<message>>{});
}

} // namespace

TEST_CASE("each of the 24 messages has a code and a name of its own") {
  std::set<message_code> codes;
  std::set<std::string_view> names;
  for (const auto& m : one_of_each()) {
    codes.insert(code_of(m));
    names.insert(name_of(code_of(m)));
  }
  CHECK(codes.size() == 24);
  CHECK(names.size() == 24);
  CHECK(names.count("") == 0);
  CHECK(name_of(message_code::publish) == "PUBLISH");
  CHECK(name_of(message_code::register_) == "REGISTER");
  CHECK(name_of(message_code{7}).empty());
}

TEST_CASE("a code leads back to its message") {
  for (const auto& m : one_of_each()) {
    const auto index = with_message_type(
        code_of(m), []<class M>() { return message{std::in_place_type<M>}.index(); },
        [] { return std::variant_npos; });
    CHECK(index == m.index());
  }
  CHECK(with_message_type(
      message_code{337}, []<class M>() { return false; }, [] { return true; }));
}

} // namespace wamp
