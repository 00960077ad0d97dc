// Random values and messages through every format and back. The seed is fixed: a failure repeats.
#include <wamp/test/serialization/testing.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace wamp::testing {

namespace {

class generator {
public:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

  value any(int depth) {
    switch (below(depth > 0 ? 9 : 7)) {
    case 0:
      return {};
    case 1:
      return below(2) == 0;
    case 2:
      return integer();
    case 3:
      return random_() | (std::uint64_t{1} << 63);
    case 4:
      return real();
    case 5:
      return text();
    case 6:
      return binary{bytes()};
    case 7:
      return any_list(depth - 1);
    default:
      return any_dict(depth - 1);
    }
  }

  list any_list(int depth) {
    list l(below(5));
    for (auto& v : l)
      v = any(depth);
    return l;
  }

  dict any_dict(int depth) {
    dict d;
    for (auto n = below(5); n > 0; --n)
      d.set(text(), any(depth));
    return d;
  }

  /// Keys that no message knows, so that their types are free.
  dict options() {
    dict d;
    for (auto n = below(4); n > 0; --n)
      d.set("_private_" + text(), any(3));
    return d;
  }

  payload arguments() { return payload::native({any_list(4), below(2) ? any_dict(4) : dict{}}); }

  std::string text() {
    static const std::vector<std::string> pieces{
        "a",
        "Z",
        "0",
        ".",
        "_",
        " ",
        "\"",
        "\\",
        "/",
        "\n",
        "\t",
        "\x01",
        "\x1f",
        "\x7f",
        "\xc3\xa9",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
        "longer piece of text",
        "\xef\xbf\xbf"};
    std::string s;
    for (auto n = below(8); n > 0; --n)
      s += pieces[below(pieces.size())];
    return s;
  }

  std::uint64_t id() { return below(2) ? below(max_id) + 1 : max_id - below(3); }

private:
  std::int64_t integer() {
    // Every width equally often, and the ends of the range.
    const auto n = static_cast<std::int64_t>(random_() >> below(64));
    return below(2) ? n : -n - 1;
  }

  double real() {
    const auto d = std::bit_cast<double>(random_());
    return std::isfinite(d) ? d : 0.5;
  }

  std::string bytes() {
    std::string b(below(40), '\0');
    for (auto& c : b)
      c = static_cast<char>(below(256));
    return b;
  }

  std::mt19937_64 random_{20240229};
};

template <class Field>
void fill(generator& g, Field& field) {
  if constexpr (std::is_same_v<Field, dict>)
    field = g.options();
  else if constexpr (std::is_same_v<Field, std::string>)
    field = g.text();
  else if constexpr (std::is_same_v<Field, message_code>)
    field = g.below(2) ? message_code::call : message_code::invocation;
  else
    field = Field{g.id()};
}

template <class Message>
Message any_message(generator& g) {
  Message m;
  std::apply([&](auto&... field) { (fill(g, field), ...); }, fields_of(m));
  if constexpr (has_payload<Message>)
    m.args = g.arguments();
  if constexpr (has_revocation_form<Message>)
    if (g.below(2)) {
      m.request = {};
      m.details = g.options();
    }
  return m;
}

template <std::size_t... I>
std::vector<message> one_of_each(generator& g, std::index_sequence<I...>) {
  return {any_message<std::variant_alternative_t<I, message>>(g)...};
}

} // namespace

TEST_CASE("random messages survive every format, and every way through two formats") {
  generator g;
  for (int round = 0; round < 60; ++round)
    for (const auto& m : one_of_each(g, std::make_index_sequence<std::variant_size_v<message>>{}))
      for (auto first : all_formats) {
        const auto bytes = encode(first, m);
        CAPTURE(name_of(first));
        CAPTURE(to_hex(bytes));
        const auto once = decoded(first, slice{bytes});
        REQUIRE(same(m, once));
        CHECK(encode(first, once) == bytes);
        for (auto second : all_formats)
          REQUIRE(same(m, decoded(second, slice{encode(second, once)})));
      }
}

TEST_CASE("damaged messages are told apart without reading beyond their end") {
  generator g;
  std::size_t refused = 0;
  for (int round = 0; round < 2000; ++round)
    for (auto f : all_formats) {
      auto bytes = encode(f, any_message<publish>(g));
      for (auto n = g.below(4); n > 0; --n)
        bytes[g.below(bytes.size())] = static_cast<char>(g.below(256));
      bytes.resize(bytes.size() - g.below(2));
      const auto m = decode(f, slice{bytes});
      if (m)
        continue;
      ++refused;
      CHECK(m.error().offset <= bytes.size());
      CHECK(m.error().text != "");
    }
  CHECK(refused > 1000);
}

TEST_CASE("numbers that JSON does not have become null there, and stay elsewhere") {
  for (double d : {HUGE_VAL, -HUGE_VAL, std::nan("")}) {
    const auto p = payload::native({{d}, {}});
    CHECK(p.bytes(format::json).view() == "[null]");
    for (auto f : {format::msgpack, format::cbor})
      CHECK(same(payload::encoded(f, p.bytes(f), 1).values().args.at(0), value{d}));
  }
}

} // namespace wamp::testing
